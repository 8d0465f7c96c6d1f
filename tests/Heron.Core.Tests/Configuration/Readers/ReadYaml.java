import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads a YAML mapping from stdin as Heron's Java parts do; one line for each entry: key, type, value, texts in base64. */
public final class ReadYaml {
  private static String b64(Object text) {
    return Base64.getEncoder().encodeToString(((String) text).getBytes(StandardCharsets.UTF_8));
  }

  public static void main(String[] arguments) throws Exception {
    String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    Map<Object, Object> document = new Yaml(new SafeConstructor()).load(text);
    for (Map.Entry<Object, Object> entry : document.entrySet()) {
      Object value = entry.getValue();
      String shown;
      if (value instanceof String) {
        shown = "text " + b64(value);
      } else if (value instanceof Boolean) {
        shown = "flag " + value;
      } else if (value == null) {
        shown = "null -";
      } else if (value instanceof List) {
        String items = ((List<?>) value).stream().map(ReadYaml::b64).collect(Collectors.joining(","));
        shown = "list " + (items.isEmpty() ? "-" : items);
      } else if (value instanceof Map) {
        String items = ((Map<?, ?>) value).entrySet().stream()
            .map(e -> b64(e.getKey()) + ":" + b64(e.getValue())).collect(Collectors.joining(","));
        shown = "map " + (items.isEmpty() ? "-" : items);
      } else {
        shown = "number " + ((Number) value).doubleValue();
      }
      System.out.println(b64(entry.getKey()) + " " + shown);
    }
  }
}
