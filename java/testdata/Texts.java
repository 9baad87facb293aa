import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Texts, and names of files, are UTF-8. */
final class Texts {
    public static void main(String[] arguments) throws IOException {
        System.out.println(Locale.getDefault() + " " + Charset.defaultCharset());
        System.out.println(System.getProperty("sun.jnu.encoding") + " " + System.getProperty("file.encoding"));
        Path file = Files.createTempDirectory("texts").resolve("\u00e9 \u4e16");
        Files.writeString(file, "\u00fc");
        try (var files = Files.list(file.getParent())) {
            files.forEach(found -> System.out.println(found.getFileName()));
        }
        System.out.println(new String(Files.readAllBytes(file)) + " " + arguments[0].codePointAt(0));
    }
}
