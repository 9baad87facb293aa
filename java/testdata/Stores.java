import java.io.File;
import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** The key store of Java has the certificates of the bundle of all others. */
final class Stores {
    public static void main(String[] arguments) throws Exception {
        // The password proves that the store is whole.
        KeyStore store = KeyStore.getInstance(
                new File(System.getProperty("java.home"), "lib/security/cacerts"), "changeit".toCharArray());
        Set<Certificate> found = new HashSet<>();
        for (String alias : Collections.list(store.aliases())) {
            found.add(store.getCertificate(alias));
        }
        Set<Certificate> expected;
        try (var bundle = new FileInputStream(System.getenv("SSL_CERT_FILE"))) {
            expected = new HashSet<>(CertificateFactory.getInstance("X.509").generateCertificates(bundle));
        }
        boolean same = found.equals(expected) && found.size() == store.size() && found.size() > 100;
        System.out.println(same ? "the same" : "the store has " + found.size() + ", the bundle " + expected.size());
    }
}
