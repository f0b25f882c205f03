import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By HTTP and an API key, so that nothing needs to be installed; the AWS SDK takes the same URL as endpointOverride. */
class WeatherTest {
  private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static Process process;
  private static String endpoint;

  @BeforeAll
  static void start() throws IOException {
    process =
        new ProcessBuilder("npx", "bedrock-simulator", "--port", "0", "--latency", "none", "--until-stdin-closes")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = process.inputReader();
    endpoint = find("(http://[\\w.:]+)", output.readLine());
  }

  @AfterAll
  static void stop() throws Exception {
    process.getOutputStream().close();
    process.waitFor();
  }

  @BeforeEach
  void reset() throws Exception {
    simulator("reset", "{}");
  }

  @Test
  void saysWhatIsScripted() throws Exception {
    simulator("addAnswer", "{\"matches\": \"weather\", \"text\": \"Rain.\"}");
    HttpResponse<String> answer = ask("The weather?");
    assertEquals(200, answer.statusCode());
    assertTrue(answer.body().contains("{\"text\":\"Rain.\"}"), answer.body());
  }

  @Test
  void isToldThatItIsThrottled() throws Exception {
    simulator("addFault", "{\"kind\": \"throttled\", \"operation\": \"Converse\", \"times\": 1}");
    assertEquals(429, ask("The weather?").statusCode());
    assertEquals(200, ask("The weather?").statusCode());
  }

  private static HttpResponse<String> ask(String text) throws Exception {
    String apiKey = find("\"apiKey\":\"([^\"]+)\"", simulator("apiKey", "{\"region\": \"us-east-1\"}"));
    String body = "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"" + text + "\"}]}]}";
    return post("/model/amazon.nova-lite-v1%3A0/converse", body, "Bearer " + apiKey);
  }

  private static String simulator(String name, String body) throws Exception {
    return post("/_simulator/" + name, body, "none").body();
  }

  private static HttpResponse<String> post(String path, String body, String authorization) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint + path))
            .header("content-type", "application/json")
            .header("authorization", authorization)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String find(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertTrue(matcher.find(), text);
    return matcher.group(1);
  }
}
