import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** Checks a key store: FORMAT STORE BUNDLE. It must hold each certificate of the bundle, by its subject's name. */
public class KeyStoreCheck {
  public static void main(String[] arguments) throws Exception {
    KeyStore store = KeyStore.getInstance(arguments[0]);
    store.load(new FileInputStream(arguments[1]), "changeit".toCharArray());
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<Object> bundle =
        new ArrayList<>(factory.generateCertificates(new FileInputStream(arguments[2])));
    for (String alias : Collections.list(store.aliases())) {
      X509Certificate certificate = (X509Certificate) store.getCertificate(alias);
      String name = certificate.getSubjectX500Principal().getName("CANONICAL");
      boolean named = alias.matches(Pattern.quote(name) + "( \\(\\d+\\))?");
      boolean dated =
          !arguments[0].equals("jks")
              || store.getCreationDate(alias).equals(certificate.getNotBefore());
      if (!store.isCertificateEntry(alias) || !named || !dated || !bundle.remove(certificate)) {
        throw new AssertionError(alias);
      }
    }
    if (!bundle.isEmpty()) {
      throw new AssertionError("missing: " + bundle);
    }
  }
}
