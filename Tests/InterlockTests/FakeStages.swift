import Daemon
import Foundation
import Testing

/// Control sockets of a pipeline without a pipeline: each answers what a script says.
///
/// A line of the script is `PROCESS VERB ok JSON` or `PROCESS VERB no REASON`; the supervisor also
/// answers `status`. What was asked is kept.
final class FakeStages {
  private static let program = #"""
    #!/usr/bin/perl
    use strict;
    use warnings;
    use Socket;
    use IO::Select;
    my ($folder, @names) = @ARGV;
    my %listener;
    my $select = IO::Select->new;
    for my $name (@names) {
      my $path = "$folder/core/$name.sock";
      unlink $path;
      socket(my $socket, PF_UNIX, SOCK_STREAM, 0) or die;
      bind($socket, sockaddr_un($path)) or die;
      listen($socket, 64) or die;
      $listener{fileno($socket)} = $name;
      $select->add($socket);
    }
    open(my $ready, ">", "$folder/ready") or die;
    close $ready;
    my $parent = getppid();
    while (getppid() == $parent) {
      for my $socket ($select->can_read(0.2)) {
        my $name = $listener{fileno($socket)};
        next unless accept(my $peer, $socket);
        my $line = <$peer> // "";
        my ($verb) = $line =~ /"verb":"([^"]+)"/;
        $verb //= "";
        open(my $asked, ">>", "$folder/asked") or die;
        syswrite $asked, "$name $line";
        close $asked;
        my $reply = '{"ok":false,"error":"no script for it"}';
        open(my $script, "<", "$folder/script") or die;
        while (my $word = <$script>) {
          chomp $word;
          next unless $word =~ /^\Q$name $verb\E (ok|no) (.*)$/;
          $reply = $1 eq "ok" ? "{\"ok\":true,\"result\":$2}" : "{\"ok\":false,\"error\":\"$2\"}";
          last;
        }
        close $script;
        syswrite $peer, "$reply\n";
        close $peer;
      }
    }
    """#

  static let stages = ["supervisor", "order-router", "risk-gate", "signal-service", "alerter"]
  static let status = """
    supervisor status ok {"profile":"demo","account":"demo","build":"b","pid":1,"uptime_s":1,\
    "state":"running","alerts":[],"stages":[]}
    """

  private let folder: ScratchFolder
  private let process = Process()
  var run: String { folder.file("run") }
  var state: String { folder.file("state") }

  /// Listens when it returns, with a clear latch in the state folder.
  init(_ folder: ScratchFolder, stages: [String] = FakeStages.stages) throws {
    self.folder = folder
    for name in ["run/core", "run/open", "state"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(name), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    let identity = Identity(account: "demo", profile: .demo)
    try AtomicFile.writeJSON(identity, to: "\(state)/identity.json", durable: false)
    try restore()
    try RunFiles(run).write(
      Instance(
        stateDirectory: state, runDirectory: run, profile: .demo, account: "demo", build: "b",
        supervisorPID: getpid(), startedMilliseconds: 1, stages: [:],
        processes: ["supervisor": try #require(ProcessMark(pid: getpid()))]))
    try tell([])
    process.executableURL = URL(fileURLWithPath: "/usr/bin/perl")
    process.arguments = [try folder.write(Self.program, to: "stages.pl"), run] + stages
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let end = ContinuousClock.now + .seconds(60)
    while !FileManager.default.fileExists(atPath: folder.file("run/ready")) {
      guard ContinuousClock.now < end, process.isRunning else {
        throw RealCommand.Late(description: "no stages")
      }
      usleep(10_000)
    }
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  func tell(_ lines: [String]) throws {
    _ = try folder.write((lines + [Self.status]).joined(separator: "\n") + "\n", to: "run/script")
  }

  /// The latch clear, no log.
  func restore() throws {
    unlink("\(state)/latch")
    unlink("\(state)/interlock.log")
    let owner = LatchFile.owner(account: "demo", profile: .demo)
    _ = try LatchFile(stateDirectory: state, owner: owner, makes: true)
  }

  /// Questions so far, as `PROCESS {…}`.
  var asked: [String] { folder.read("run/asked").split(separator: "\n").map(String.init) }
}
