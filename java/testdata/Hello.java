/** What the entrypoint runs. */
final class Hello {
    public static void main(String[] arguments) {
        System.out.println("Hello World");
    }
}
