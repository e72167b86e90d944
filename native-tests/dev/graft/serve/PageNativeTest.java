package dev.graft.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.predict.PredictorConfig;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/** Drives the page in a browser, against a server with models whose answers are certain. */
@EnabledIf(
    value = "dev.graft.serve.Browser#isInstalled",
    disabledReason =
        "Skipped: chromium and chromedriver are not installed (Debian: chromium-driver).")
@Timeout(60)
class PageNativeTest {
  private static final int DESKTOP = 1280;
  private static final String TOKEN = "open-sesame";

  @TempDir private static Path folder;
  private static Path red;
  private static Path blue;
  private static Path colors;
  private static ModelServer server;
  private static ModelServer strict;
  private static Browser browser;

  @BeforeAll
  static void start() throws IOException {
    browser = Browser.start();
    red = CertainModels.image(folder.resolve("red.png"), Color.RED);
    blue = CertainModels.image(folder.resolve("<b>&amp;" + "long".repeat(20) + ".png"), Color.BLUE);
    colors = CertainModels.colors(folder.resolve("colors.pt"));
    Path flat = CertainModels.flat(folder.resolve("flat.pt"));
    ServerConfig config = ServerConfig.defaults().on("127.0.0.1", 0);
    server = ModelServer.start(List.of(load("colors", colors), load("flat", flat)), config);
    strict =
        ModelServer.start(
            List.of(load("colors", colors)),
            config.withSecurity(TOKEN, null).withLimits(10_000, 100));
  }

  @AfterAll
  static void stop() throws Exception {
    try (AutoCloseable first = server;
        AutoCloseable second = strict;
        AutoCloseable last = browser) {} // null if it was not started
  }

  /** Also of the content security policy's. */
  @AfterEach
  void theBrowserHasNoComplaints() {
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.run("return window.hacked")).isNull();
  }

  private static ServedModel load(String name, Path file) {
    PredictorConfig config = PredictorConfig.defaults().withWorkers(2, 1);
    return ServedModel.load(name, file, config);
  }

  private static void openPage() {
    browser.open(server.port(), DESKTOP, "light");
    browser.says("#model", "colors");
  }

  @Test
  void aChosenImageGetsItsClassFirst() {
    openPage();
    browser.choose(red);
    browser.shown(".result");
    assertThat(browser.texts(".best strong")).containsExactly("red");
    assertThat(browser.texts(".scores .label").get(0)).isEqualTo("red");
    assertThat(browser.texts(".scores .percent").get(0)).matches("9\\d\\.\\d\\s%|> 99\\.9\\s%");
    assertThat(browser.text(".result .facts"))
        .contains("Round trip", "Decoding", "Computing", "colors");
    assertThat(browser.text(".heading")).contains("red.png");
    browser.says("#log", "red.png: red");
    assertThat(browser.run("return document.querySelector('.picture').naturalWidth"))
        .isEqualTo((long) CertainModels.SIDE);
    var widths =
        "return [...document.querySelectorAll('.scores .bar')].map(bar =>"
            + " parseFloat(getComputedStyle(bar, '::before').width) / bar.clientWidth)";
    assertThat((Double) ((List<?>) browser.run(widths)).get(0)).isBetween(0.9, 1.0);
  }

  @ParameterizedTest
  @CsvSource({"drop", "paste"})
  void anImageCanBeDroppedAndPasted(String event) throws IOException {
    openPage();
    browser.bring(event, red);
    browser.shown(".result");
    assertThat(browser.texts(".best strong")).containsExactly("red");
  }

  @Test
  void manyImagesAreSentAFewAtATime() {
    openPage();
    Path[] many = new Path[20];
    Arrays.fill(many, red);
    browser.choose(many);
    browser.says("#log p:nth-child(20)", "red");
    assertThat(browser.texts(".card .best strong")).hasSize(20).containsOnly("red");
    var atOnce =
        """
        const sent = performance.getEntriesByType('resource').filter(e => /predict/.test(e.name));
        return sent.map(a => sent.filter(
            b => b.startTime <= a.startTime && a.startTime < b.responseEnd).length)""";
    assertThat((List<?>) browser.run(atOnce))
        .hasSize(20)
        .allSatisfy(count -> assertThat((Long) count).isLessThanOrEqualTo(4));
    browser.click("#clear");
    assertThat(browser.texts(".card")).isEmpty();
  }

  @Test
  void allClassesAreShownWhenAskedForAndNamesAreNeverCode() {
    openPage();
    browser.choose(blue);
    browser.shown(".result");
    assertThat(browser.texts(".best strong")).containsExactly(CertainModels.SCRIPT);
    assertThat(browser.text(".heading h2")).isEqualTo(blue.getFileName().toString());
    assertThat(browser.texts(".scores li")).hasSize(5);
    browser.click(".all");
    assertThat(browser.texts(".scores .label"))
        .containsExactlyInAnyOrderElementsOf(CertainModels.CLASSES);
    browser.click("#model > summary");
    browser.click(".count");
    assertThat(browser.texts(".classes li")).containsExactlyElementsOf(CertainModels.CLASSES);
  }

  @Test
  void theHeatMapOfAClassIsShownOverThePicture() {
    openPage();
    browser.choose(red);
    browser.click(".explain");
    WebElement heat = browser.shown(".heat");
    browser.says("figcaption", "red");
    assertThat(heat.getDomProperty("naturalWidth")).isEqualTo(Integer.toString(CertainModels.SIDE));
    assertThat(browser.shown(".explain").getText()).isEqualTo("Show the picture");
    browser.click(".explain");
    assertThat(heat.isDisplayed()).isFalse();
    assertThat(browser.shown(".picture").isDisplayed()).isTrue();
    browser.click(".scores li:nth-child(2) button");
    browser.says("figcaption", browser.texts(".scores .label").get(1));
    assertThat(browser.shown(".heat").getDomProperty("naturalWidth")).isNotEqualTo("0");
  }

  @Test
  void aModelThatCannotBeExplainedSaysSo() {
    openPage();
    new Select(browser.shown("#models")).selectByValue("flat");
    browser.says("#model", "2 classes");
    browser.choose(red);
    browser.shown(".result");
    assertThat(browser.texts(".scores .label")).containsExactlyInAnyOrder("left", "right");
    browser.click(".explain");
    assertThat(browser.shown(".reason").getText()).contains("no feature map");
    assertThat(browser.shown(".explain").getDomAttribute("aria-disabled")).isEqualTo("true");
    browser.run("location.reload()"); // now the server knows, and says so beforehand
    browser.says("#model", "colors");
    new Select(browser.shown("#models")).selectByValue("flat");
    browser.choose(red);
    assertThat(browser.shown(".reason").getText()).contains("cannot be explained");
    assertThat(browser.shown(".explain").getDomAttribute("aria-disabled")).isEqualTo("true");
  }

  @Test
  void errorsAreSaidInWords() throws IOException {
    openPage();
    Path text = Files.writeString(folder.resolve("notes.txt"), "no image");
    browser.choose(text);
    WebElement problem = browser.shown(".card .problem");
    assertThat(problem.getText()).contains("does not read such files").contains("not text");
    assertThat(problem.findElement(By.className("retry")).isDisplayed()).isFalse();
  }

  @Test
  void anImageIsAskedAboutAgainOnceTheServerIsBack() {
    ServerConfig config = ServerConfig.defaults().on("127.0.0.1", 0);
    int port;
    try (var before = ModelServer.start(List.of(load("colors", colors)), config)) {
      port = before.port();
      browser.open(port, DESKTOP, "light");
      browser.says("#model", "colors");
    }
    browser.choose(red);
    assertThat(browser.shown(".card .problem").getText()).contains("cannot be reached");
    try (var after =
        ModelServer.start(List.of(load("colors", colors)), config.on("127.0.0.1", port))) {
      browser.click(".retry");
      browser.says(".best", "red");
      assertThat(browser.texts(".card .problem")).containsExactly("");
    }
  }

  @Test
  void theTokenIsAskedForAndWhatWaitedGoesOn() throws IOException {
    browser.open(strict.port(), DESKTOP, "light");
    browser.shown("#token");
    browser.type(Keys.ESCAPE);
    assertThat(browser.shown("#trouble").getText()).contains("wants its token");
    browser.click("#trouble button");
    browser.shown("#token");
    browser.choose(red);
    browser.type("wrong-token", Keys.ENTER);
    browser.says("#token [role=alert]", "not its token");
    browser.type(TOKEN, Keys.ENTER);
    browser.says("#model", "colors");
    browser.says(".best", "red");
    assertThat(browser.run("return [sessionStorage.length, localStorage.length, document.cookie]"))
        .isEqualTo(List.of(1L, 0L, ""));
    Path large = Files.write(folder.resolve("large.png"), new byte[2_000_000]);
    browser.choose(large);
    assertThat(browser.shown(".card .problem").getText()).contains("too large", "10000 bytes");
    browser.run("sessionStorage.clear()");
  }

  @Test
  void theKeyboardIsEnough() {
    openPage();
    browser.tabTo("#models", 1);
    browser.tabTo("#choose", 1);
    browser.tabTo("#model > summary", 1);
    browser.type(Keys.ENTER);
    assertThat(browser.shown("#model dl").getText()).contains("Architecture", "Colors");
    browser.choose(red);
    browser.shown(".result");
    browser.tabTo(".explain", 12);
    browser.type(Keys.SPACE);
    browser.shown(".heat");
    browser.run("document.querySelector('.remove').focus()");
    WebElement next = browser.type(Keys.ENTER);
    assertThat(next.getDomAttribute("id")).isEqualTo("choose");
    assertThat(browser.texts(".card")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"360, light", "360, dark", "1280, light", "1280, dark"})
  void everythingFitsAndCanBeRead(int width, String colorScheme) throws IOException {
    browser.open(server.port(), width, colorScheme);
    browser.says("#model", "colors");
    Path text = Files.writeString(folder.resolve("notes.txt"), "no image");
    browser.choose(red, blue, text);
    browser.shown(".card .problem");
    browser.says(".card:nth-child(2) .best", CertainModels.SCRIPT);
    browser.click(".all");
    browser.click("#model > summary");
    assertThat((Long) browser.run("return document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(width);
    List<?> contrasts = (List<?>) browser.run(CONTRASTS);
    assertThat(contrasts)
        .hasSizeGreaterThan(30)
        .allSatisfy(
            it ->
                assertThat(((Number) ((List<?>) it).get(0)).doubleValue())
                    .as("%s", it)
                    .isGreaterThanOrEqualTo(4.5));
  }

  /** For all text that is shown: WCAG's contrast with what is behind it, and the text. */
  private static final String CONTRASTS =
      """
      const linear = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      const parts = color => color.match(/[\\d.]+/g).map(Number);
      const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
      const behind = element => {
        const color = parts(getComputedStyle(element).backgroundColor);
        return color.length === 3 || color[3] === 1 ? color : behind(element.parentElement);
      };
      const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      return [...document.body.querySelectorAll('*')]
          .filter(e => e.checkVisibility())
          .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
          .map(e => [
            contrast(light(parts(getComputedStyle(e).color)), light(behind(e))), e.textContent]);
      """;
}
