import Daemon
import Glibc

// Two processes: this one is venue and presser, the other sends orders as fast as it can.
let words = Array(CommandLine.arguments.dropFirst())
if words.count == 3, words[0] == "send", let port = UInt16(words[2]) {
  try OrderFlood(folder: words[1], port: port).run()
} else if words.count == 2, let trials = Int(words[1]), (1...1_000_000).contains(trials) {
  exit(try KillTrials(folder: words[0]).run(trials))
} else {
  Output.write("kill-bench: fatal: give FOLDER TRIALS\n", to: STDERR_FILENO)
  exit(64)
}
