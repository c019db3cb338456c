/// A stage without a trade: speaks the lifeline on descriptor 3 and does as a file tells it.
///
/// `STATE/NAME.does` holds one of: `deaf` (never drains, ignores TERM), `mute` (never ready),
/// `wait` (never ready, but says what it waits for), `exit N`, `shut` (closes its lifeline once
/// ready, and goes on), `babble` (says what is no packet before each heartbeat), `fork` (leaves a
/// process behind in a session of its own), `flood` (logs as fast as it can), `alert TEXT` (has
/// people told once ready). What it saw of the world goes to `STATE/NAME.world`, what it did to
/// `STATE/deeds`.
enum FakeStage {
  static let program = #"""
    #!/usr/bin/perl
    use strict;
    use warnings;
    use POSIX qw(setsid);
    my ($name) = $0 =~ m{([^/]+)$};
    my %flag = @ARGV;
    my $state = $flag{"--state-dir"};
    opendir(my $open, "/proc/self/fd") or die;
    my @open = sort grep { /^\d$/ } readdir $open;
    closedir $open;
    opendir(my $again, "/proc/self/task") or die;
    closedir $again;
    open(my $world, ">", "$state/$name.world") or die;
    print $world "input=" . readlink("/proc/self/fd/0") . "\n";
    print $world "lifeline=" . (readlink("/proc/self/fd/3") =~ /^socket/ ? 1 : 0) . "\n";
    print $world "open=@open\n";
    print $world "notify=" . ($ENV{NOTIFY_SOCKET} // "none") . "\n";
    print $world "backtrace=" . ($ENV{SWIFT_BACKTRACE} // "none") . "\n";
    print $world "credentials=" . ($ENV{CREDENTIALS_DIRECTORY} // "none") . "\n";
    print $world "group=" . (getpgrp() == $$ ? "own" : "shared") . "\n";
    print $world "arguments=@ARGV\n";
    close $world;
    my $does = "";
    if (open(my $file, "<", "$state/$name.does")) {
      $does = <$file> // "";
      chomp $does;
      close $file;
    }
    exit $1 if $does =~ /^exit (\d+)$/;
    $SIG{TERM} = "IGNORE" if $does eq "deaf";
    sub deed {
      open(my $deeds, ">>", "$state/deeds") or die;
      syswrite $deeds, "$_[0] $name\n";
      close $deeds;
    }
    open(my $line, "+<&=", 3) or die;
    if ($does eq "fork" && !fork) {
      setsid();
      $SIG{TERM} = "IGNORE";
      $SIG{HUP} = "IGNORE";
      close $line;
      $0 = "$state/../bin/left-behind";
      sleep 600;
      exit 0;
    }
    my $next = 0;
    my $ready = 0;
    while (1) {
      if ($does eq "flood") { print STDERR "x" x 1000, "\n" for 1 .. 1000; }
      if ($does eq "wait") {
        syswrite $line, '{"type":"heartbeat","status":{"waits_for":"the venue"}}';
      }
      if ($ready) {
        syswrite $line, "babble" if $does eq "babble";
        syswrite $line, '{"type":"heartbeat","status":{"pid":"' . $$ . '"}}';
      }
      my $bits = "";
      vec($bits, fileno($line), 1) = 1;
      next unless select($bits, undef, undef, 0.1) > 0;
      my $packet = "";
      my $count = sysread $line, $packet, 65536;
      exit 75 unless $count;
      if ($packet =~ /"welcome"/ && $does ne "mute" && $does ne "wait") {
        deed("ready");
        syswrite $line, '{"type":"ready"}';
        $ready = 1;
        syswrite $line, '{"type":"alert","status":{"text":"' . $1 . '"}}'
          if $does =~ /^alert (.+)$/;
        if ($does eq "shut") {
          unlink "$state/$name.does";
          close $line;
          sleep 60;
        }
      }
      if ($packet =~ /"kill"/) {
        deed("killed");
        syswrite $line, '{"type":"killed"}';
      }
      if ($packet =~ /"drain"/ && $does ne "deaf") {
        deed("drained");
        syswrite $line, '{"type":"drained"}';
        exit 0;
      }
    }
    """#
}
