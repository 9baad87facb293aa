import java.util.List;
import java.util.Locale;

/** Greets everyone named on the command line. */
public final class Greeter {
    private Greeter() {}

    public static void main(String[] names) {
        record Greeting(String name) {
            String text() {
                return "hello, " + name + " (" + name.toUpperCase(Locale.ROOT) + ")";
            }
        }
        List<String> greeted = names.length > 0 ? List.of(names) : List.of("world");
        greeted.stream().map(Greeting::new).map(Greeting::text).forEach(System.out::println);
        System.out.println("Java " + Runtime.version().feature());
    }
}
