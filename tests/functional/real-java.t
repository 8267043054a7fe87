#!/usr/bin/env bash
# Java works under the policies `default' and `build': a program is compiled, and run with two
# collectors; with threads, processes, sockets, files mapped into memory, and a look at its own limits.
# vm: none (its programs are not there)
. "${0%/*}/../lib.sh" || exit
. "$SRCDIR/tests/helpers/real.sh" || exit
t_need java javac

cat > Real.java << 'END'
import java.net.*;
import java.nio.*;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;

public class Real {
    public static void main(String[] args) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<Integer>> squares = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int n = i;
            squares.add(pool.submit(() -> n * n));
        }
        int sum = 0;
        for (Future<Integer> f : squares) sum += f.get();
        System.out.println("threads " + sum + " " + IntStream.range(0, 100000).parallel().filter(n -> n % 7 == 0).count());
        pool.shutdown();

        byte[][] rubbish = new byte[64][];
        for (int i = 0; i < 2000; i++) rubbish[i % 64] = new byte[65536];
        System.gc();

        Process p = new ProcessBuilder("tr", "a-z", "A-Z").redirectErrorStream(true).start();
        p.getOutputStream().write("process\n".getBytes());
        p.getOutputStream().close();
        System.out.print(new String(p.getInputStream().readAllBytes()));
        System.out.println("status " + p.waitFor() + " " + new ProcessBuilder("sh", "-c", "exit 3").start().waitFor());

        Path folder = Files.createTempDirectory("x"), file = folder.resolve("file");
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
             FileLock lock = c.lock()) {
            MappedByteBuffer map = c.map(FileChannel.MapMode.READ_WRITE, 0, 4096);
            map.put("mapped".getBytes());
            map.force();
        }
        WatchService watch = folder.getFileSystem().newWatchService();
        folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
        Files.copy(file, folder.resolve("copy"));
        System.out.println("files " + Files.readString(file).substring(0, 6) + " " + watch.take().pollEvents().get(0).context());
        for (Path path : new Path[] {file, folder.resolve("copy"), folder})
            Files.delete(path);

        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread client = new Thread(() -> {
                try (Socket s = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
                    s.getOutputStream().write("over the loopback\n".getBytes());
                } catch (Exception e) {
                    e.printStackTrace();
                }
            });
            client.start();
            try (Socket s = server.accept()) {
                System.out.print(new String(s.getInputStream().readAllBytes()));
            }
            client.join();
        }
        Selector selector = Selector.open();
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        pipe.source().register(selector, SelectionKey.OP_READ);
        pipe.sink().write(ByteBuffer.wrap(new byte[1]));
        System.out.println("select " + selector.select() + " " + NetworkInterface.getByName("lo").isLoopback());
        System.out.println("zone " + TimeZone.getDefault().getID() + " " + (Runtime.getRuntime().availableProcessors() > 0));
        System.out.println("done");
    }
}
END
cat > build.sh << 'END'
set -eu
javac -d "$TMPDIR/classes" Real.java
for collector in Serial G1; do
    java -Xmx64m -XX:+Use${collector}GC -cp "$TMPDIR/classes" Real
done
END
t_real_same "a program is compiled, and runs" bash build.sh

# A null pointer is caught by a signal handler of Java's own, a thread's stack by its guard page.
cat > Fault.java << 'END'
public class Fault {
    static int deep(int n) { return deep(n + 1) + 1; }
    public static void main(String[] args) {
        int caught = 0;
        for (int i = 0; i < 20000; i++)
            try { Object o = i % 2 == 0 ? null : "x"; o.hashCode(); } catch (NullPointerException e) { caught++; }
        try { deep(0); } catch (StackOverflowError e) { caught++; }
        System.out.println(caught);
        System.out.println("done");
    }
}
END
t_real_same "faults are caught" java -XX:+UseSerialGC Fault.java
t_done
