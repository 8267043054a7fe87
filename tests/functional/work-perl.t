#!/usr/bin/env bash
# Perl works in the default sandbox: modules are found, files, processes and sockets work.
. "${0%/*}/../lib.sh" || exit
t_need perl

mkdir "$T/project"
cd "$T/project" || exit 1
cat > script.pl << 'END'
use strict;
use warnings;
use Cwd;
use Data::Dumper;
use Fcntl ':flock';
use File::Temp 'tempfile';
use IO::Socket::INET;
use List::Util 'sum';
use POSIX qw(strftime uname);
$Data::Dumper::Indent = 0;
print Dumper({a => [1, 2]}), "\n";
print sum(1 .. 10), " ", join(",", map { $_ * 2 } grep { /[13]/ } 1 .. 4), "\n";
my ($fh, $name) = tempfile(UNLINK => 1);
print $fh "line $_\n" for 1 .. 3;
close $fh;
open $fh, "<", $name or die;
flock $fh, LOCK_EX or die;
print scalar(my @lines = <$fh>), "\n";
print `echo from a shell`;
my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die "$@";
if (!(my $pid = fork)) {
    my $client = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport) or die;
    print $client "hello\n";
    exit 5;
}
print scalar readline($server->accept);
wait;
print $? >> 8, "\n";
print strftime("%Y-%m-%d", gmtime 1e9), " ", getcwd(), " ", (getpwuid $<)[0], "\n";
END
want=$(perl script.pl 2>&1)
t_run "$HUSK" perl script.pl
t_is "$status$err" 0 "the script runs"
t_is "$out" "$want" "and says what it says outside"
t_is "$(wc -l <<< "$want")" 7 "which is all of it"
t_run "$HUSK" perl -ne 'print scalar reverse if /./' <<< "tac"
t_is "$status" 0 "as a filter"
t_run "$HUSK" perl -e 'exec "sh", "-c", "exit 3"'
t_is "$status" 3 "exec"

t_done
