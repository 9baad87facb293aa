import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.font.TextLayout;
import java.awt.image.BufferedImage;

/** What needs the libraries of java-base: fonts are listed, and a text is laid out and drawn. */
final class Fonts {
    public static void main(String[] arguments) {
        int fonts = GraphicsEnvironment.getLocalGraphicsEnvironment().getAllFonts().length;
        System.out.println(fonts > 0 ? "there are fonts" : "there is no font");
        BufferedImage image = new BufferedImage(200, 50, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        TextLayout text = new TextLayout("Distroless", new Font(Font.SANS_SERIF, Font.PLAIN, 24), graphics.getFontRenderContext());
        text.draw(graphics, 10, 30);
        int drawn = 0;
        for (int pixel : image.getRGB(0, 0, 200, 50, null, 0, 200)) {
            drawn += (pixel & 0xffffff) == 0 ? 0 : 1;
        }
        System.out.println(text.getAdvance() > 50 && drawn > 200 ? "a text is drawn" : "nothing is drawn: " + drawn);
    }
}
