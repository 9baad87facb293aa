import java.awt.GraphicsEnvironment;
import java.nio.charset.Charset;
import java.util.Locale;

/** What needs the libraries of java-base: fonts, and the locale. */
final class Fonts {
    public static void main(String[] arguments) {
        int fonts = GraphicsEnvironment.getLocalGraphicsEnvironment().getAllFonts().length;
        System.out.println(fonts > 0 ? "there are fonts" : "there is no font");
        System.out.println(Locale.getDefault() + " " + Charset.defaultCharset() + " \u00e9");
    }
}
