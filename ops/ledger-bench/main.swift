import Glibc

setvbuf(stdout, nil, Int32(_IOLBF), 0)
exit(LedgerBench.main(Array(CommandLine.arguments.dropFirst())))
