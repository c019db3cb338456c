/// A supervisor without stages: answers `status` on its control socket and drains as told.
///
/// `RUN/does` holds one of: `exit N` (at once, after a fatal line), `deaf` (ignores the first
/// TERM). What it was told and what it did goes to `STATE/deeds`.
enum FakeSupervisor {
  static let program = #"""
    #!/usr/bin/perl
    use strict;
    use warnings;
    use Socket;
    my %flag = @ARGV;
    my ($run, $state) = @flag{"--run-dir", "--state-dir"};
    mkdir $run;
    mkdir "$run/core";
    sub deed {
      open(my $deeds, ">>", "$state/deeds") or die;
      syswrite $deeds, "$_[0]\n";
      close $deeds;
    }
    deed("arguments @ARGV");
    my $does = "";
    if (open(my $file, "<", "$run/does")) {
      $does = <$file> // "";
      close $file;
    }
    if ($does =~ /^exit (\d+)/) {
      my $code = $1;
      syswrite STDERR, "2026-11-24T09:00:00.000Z supervisor[1] NOTICE started\n";
      syswrite STDERR, "supervisor: fatal: unable to do it: reason: remedy\nsecond line\n";
      exit $code;
    }
    my $terms = 0;
    $SIG{TERM} = sub { $terms++; deed("term"); };
    $SIG{INT} = sub { deed("int"); };
    my $path = "$run/core/supervisor.sock";
    unlink $path;
    socket(my $listener, PF_UNIX, SOCK_STREAM, 0) or die;
    bind($listener, sockaddr_un($path)) or die;
    listen($listener, 16) or die;
    while (1) {
      exit 0 if $terms > ($does eq "deaf" ? 1 : 0);
      exit 9 if getppid() != $flag{"--parent"};
      my $bits = "";
      vec($bits, fileno($listener), 1) = 1;
      next unless select($bits, undef, undef, 0.05) > 0;
      next unless accept(my $peer, $listener);
      my $line = <$peer>;
      syswrite $peer, '{"ok":true,"result":{"profile":"demo","account":"demo",'
        . '"build":"b","pid":' . $$ . ',"uptime_s":1,"state":"running",'
        . '"alerts":[],"stages":[]}}' . "\n";
      close $peer;
    }
    """#
}
