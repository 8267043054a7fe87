#!/usr/bin/env bash
# Perl works under the policies `default' and `build': processes, pipes, threads where it has them, sockets,
# signals, shared memory and its file functions.
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit
t_need perl

cat > script.pl << 'END'
use strict;
use warnings;
use Config;
use Fcntl qw(:flock SEEK_SET);
use File::Copy;
use File::Find;
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use IPC::Open3;
use POSIX qw(:sys_wait_h mkfifo setsid);
use Socket;
use Storable qw(freeze thaw);
use Time::HiRes qw(usleep);
$| = 1;
chdir(my $home = tempdir(CLEANUP => 1)) or die;

# Files.
make_path("a/b/c");
open my $f, ">", "a/b/file" or die;
flock $f, LOCK_EX or die;
print $f "line\n" x 1000;
close $f;
copy "a/b/file", "copy" and move "copy", "moved" and symlink "moved", "soft" and link "moved", "hard" or die;
chmod 0600, "moved" and utime 1, 2, "moved" and truncate "moved", 10 or die;
mkfifo "fifo", 0600 or die;
my $found = 0;
find(sub { $found++ }, ".");
print "found $found, links ", (stat "soft")[3], ", size ", -s "hard", "\n";

# Processes, pipes, signals.
my @children = map { my $n = $_; my $pid = fork // die; exit $n if !$pid; $pid } 1 .. 5;
my $sum = 0;
waitpid $_, 0 and $sum += $? >> 8 for @children;
print "children $sum\n";
my $pid = open3(my $in, my $out, undef, "tr", "a-z", "A-Z") or die;
print $in "text\n";
close $in;
print scalar <$out>;
waitpid $pid, 0;
my $caught = 0;
local $SIG{ALRM} = sub { $caught++ };
alarm 1;
usleep 100_000 until $caught;
print "alarm\n", `echo from a shell`;

# Threads, which are whole interpreters.
if ($Config{useithreads}) {
    require threads;
    require threads::shared;
    print "threads ", join(" ", map { $_->join } map { my $n = $_; threads->create(sub { $n * $n }) } 1 .. 4), "\n";
}

# Sockets of each kind.
for my $server (IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1"), IO::Socket::UNIX->new(Listen => 5, Local => "socket")) {
    $server or die "$@";
    my $child = fork // die;
    if (!$child) {
        my $c = $server->can("sockport") ? IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $server->sockport)
            : IO::Socket::UNIX->new(Peer => "socket");
        print $c "hello\n";
        exit 0;
    }
    IO::Select->new($server)->can_read(20) or die;
    print ref $server, " ", scalar readline $server->accept;
    waitpid $child, 0;
}
socketpair my $a, my $b, AF_UNIX, SOCK_DGRAM, PF_UNSPEC or die;
send $a, "pair", 0 and recv $b, my $got, 10, 0;
print "$got\n", thaw(freeze({x => [1, 2]}))->{x}[1], "\n";
my $shm = shmget 0, 4096, 0600;
shmwrite $shm, "shared", 0, 6 and shmread $shm, my $text, 0, 6 and shmctl $shm, 0, 0 or die;
print "$text\n", scalar((gethostbyname "localhost")[0]), " ", (getservbyname "https", "tcp")[2], "\n";
chdir "/";
remove_tree $home;
print "done\n";
END
t_real_same "its functions and modules" perl script.pl
t_done
