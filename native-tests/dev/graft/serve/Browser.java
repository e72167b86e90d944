package dev.graft.serve;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium, and what a reader of the page does with it. */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(20);

  /** Selenium warns that it does not know the newest browser's own protocol; it is not needed. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Whether there are Chromium and its driver. */
  static boolean isInstalled() {
    return chromium().isPresent() && chromedriver().isPresent();
  }

  private static Optional<File> chromium() {
    return onPath("chromium", "chromium-browser", "google-chrome");
  }

  private static Optional<File> chromedriver() {
    return onPath("chromedriver");
  }

  /** Starts one. */
  static Browser start() {
    SELENIUM.setLevel(Level.SEVERE);
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    var options = new ChromeOptions();
    options.setBinary(chromium().orElseThrow());
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // CI runs as root
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run");
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver().orElseThrow())
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static Optional<File> onPath(String... names) {
    List<String> folders = Arrays.asList(System.getenv("PATH").split(File.pathSeparator));
    return Stream.of(names)
        .flatMap(name -> folders.stream().map(folder -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst();
  }

  /** Opens the page in a window of this width, which may be a phone's. */
  void open(int port, int width, String colorScheme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 800, "deviceScaleFactor", 1, "mobile", width < 600));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colorScheme))));
    driver.get("http://127.0.0.1:" + port + "/");
  }

  /** Chooses files as the file dialog does. */
  void choose(Path... files) {
    String lines = String.join("\n", Stream.of(files).map(Path::toString).toList());
    driver.findElement(By.id("files")).sendKeys(lines);
  }

  /** Drops a file on the page, or pastes it. */
  void bring(String event, Path file) throws IOException {
    run(
        """
        const [kind, name, base64] = arguments;
        const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], name, {type: 'image/png'}));
        const options = {bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data};
        document.body.dispatchEvent(
            kind === 'paste' ? new ClipboardEvent(kind, options) : new DragEvent(kind, options));
        """,
        event,
        file.getFileName().toString(),
        Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
  }

  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Waits until an element is shown. */
  WebElement shown(String css) {
    return new WebDriverWait(driver, PATIENCE, POLL)
        .withMessage(() -> css + " is not shown; the page says: " + text("body"))
        .until(
            it ->
                it.findElements(By.cssSelector(css)).stream()
                    .filter(WebElement::isDisplayed)
                    .findFirst()
                    .orElse(null));
  }

  /** Waits until the page says this. */
  void says(String css, String text) {
    new WebDriverWait(driver, PATIENCE, POLL)
        .withMessage(() -> css + " does not say \"" + text + "\" but: " + text("body"))
        .until(it -> it.findElements(By.cssSelector(css)).stream().anyMatch(e -> has(e, text)));
  }

  private static boolean has(WebElement element, String text) {
    return String.valueOf(element.getDomProperty("textContent")).contains(text);
  }

  void click(String css) {
    shown(css).click();
  }

  List<String> texts(String css) {
    return driver.findElements(By.cssSelector(css)).stream().map(WebElement::getText).toList();
  }

  String text(String css) {
    return driver.findElement(By.cssSelector(css)).getText();
  }

  /** Types into what has the focus, and gives what has it then. */
  WebElement type(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
    return driver.switchTo().activeElement();
  }

  /** Presses Tab until this has the focus, at most so often; it must be visible that it has. */
  WebElement tabTo(String css, int most) {
    for (int i = 0; i < most; i++) {
      WebElement focused = type(Keys.TAB);
      if (!"3px".equals(focused.getCssValue("outline-width"))) {
        throw new AssertionError("Nothing shows that this has the focus: " + focused);
      }
      if ((Boolean) run("return arguments[0].matches(arguments[1])", focused, css)) {
        return focused;
      }
    }
    throw new AssertionError("Not reached by " + most + " times Tab: " + css);
  }

  /** What the browser complained about, except for answers that tell of an error. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .filter(message -> !message.contains("Failed to load resource: "))
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
