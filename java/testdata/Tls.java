import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A connection within this process: says whether the server's certificate is refused or accepted.
 *
 * <p>The client is as programs have it: the default socket factory, which trusts what the image says, and a host name to check.
 */
final class Tls {
    public static void main(String[] arguments) throws Exception {
        int trusted = trusted();
        System.out.println(trusted > 100 ? "more than 100 are trusted" : trusted + " are trusted");
        try (SSLServerSocket listening = server()) {
            Thread server = new Thread(() -> greet(listening));
            server.start();
            System.out.println(client(listening.getLocalPort()));
            server.join();
        }
    }

    private static int trusted() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers().length;
    }

    private static SSLServerSocket server() throws Exception {
        String key = Files.readString(Path.of("/tls/server.key")).replaceAll("-----.*-----|\\s", "");
        Certificate certificate;
        try (var file = Files.newInputStream(Path.of("/tls/server.pem"))) {
            certificate = CertificateFactory.getInstance("X.509").generateCertificate(file);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server",
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))),
                new char[0],
                new Certificate[] {certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static void greet(SSLServerSocket listening) {
        try (SSLSocket socket = (SSLSocket) listening.accept()) {
            socket.getOutputStream().write("hello".getBytes());
        } catch (IOException error) {
            // The client tells it.
        }
    }

    private static String client(int port) throws IOException {
        // A name without a resolver.
        InetAddress address = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        try (SSLSocket socket = (SSLSocket) SSLSocketFactory.getDefault().createSocket(address, port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            String heard = new String(socket.getInputStream().readAllBytes());
            return heard.equals("hello") ? "accepted" : "garbled: " + heard;
        } catch (SSLHandshakeException error) {
            return error.getMessage().contains("PKIX path building failed") ? "refused" : "refused, but: " + error;
        }
    }
}
