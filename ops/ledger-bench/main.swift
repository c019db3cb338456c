import Glibc

let code = LedgerBench.main(Array(CommandLine.arguments.dropFirst()))
fflush(nil)
exit(code)
