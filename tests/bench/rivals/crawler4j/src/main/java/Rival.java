// crawler4j, asked to do what Signboard does: fetch every page that a list names, take its links,
// title and text, and keep the page on disk.
//
//   java Rival LIST_URL FOLDER     prints the number of pages kept
//
// Its own frontier (Berkeley DB), its own parser (Tika), robots.txt obeyed; no pauses.
import crawlercommons.filters.basic.BasicURLNormalizer;
import edu.uci.ics.crawler4j.crawler.CrawlConfig;
import edu.uci.ics.crawler4j.crawler.CrawlController;
import edu.uci.ics.crawler4j.crawler.Page;
import edu.uci.ics.crawler4j.crawler.WebCrawler;
import edu.uci.ics.crawler4j.fetcher.PageFetcher;
import edu.uci.ics.crawler4j.frontier.SleepycatFrontierConfiguration;
import edu.uci.ics.crawler4j.parser.HtmlParseData;
import edu.uci.ics.crawler4j.robotstxt.RobotstxtConfig;
import edu.uci.ics.crawler4j.robotstxt.RobotstxtServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

public class Rival extends WebCrawler {
  private static final int THREADS = 4;
  private static final AtomicInteger kept = new AtomicInteger();
  private static Path folder;

  @Override
  public void visit(Page page) {
    if (!(page.getParseData() instanceof HtmlParseData)
        || page.getWebURL().getDepth() == 0) {
      return;
    }
    HtmlParseData parsed = (HtmlParseData) page.getParseData();
    String facts = page.getWebURL().getURL() + "\n" + parsed.getTitle() + "\n"
        + parsed.getText().length() + " " + parsed.getOutgoingUrls().size() + "\n\n";
    Path file = folder.resolve(kept.incrementAndGet() + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(facts.getBytes(StandardCharsets.UTF_8));
      out.write(page.getContentData());
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  public static void main(String[] arguments) throws Exception {
    folder = Files.createDirectories(Path.of(arguments[1], "pages"));
    CrawlConfig config = new CrawlConfig();
    config.setCrawlStorageFolder(Files.createDirectories(Path.of(arguments[1], "state")).toString());
    config.setPolitenessDelay(0);
    config.setMaxDepthOfCrawling(1);
    config.setMaxOutgoingLinksToFollow(1_000_000);
    config.setMaxDownloadSize(100 << 20);
    config.setMaxConnectionsPerHost(THREADS);
    config.setThreadMonitoringDelaySeconds(1);
    config.setThreadShutdownDelaySeconds(1);
    config.setCleanupDelaySeconds(1);
    BasicURLNormalizer normalizer = BasicURLNormalizer.newBuilder().build();
    PageFetcher fetcher = new PageFetcher(config, normalizer);
    SleepycatFrontierConfiguration frontier = new SleepycatFrontierConfiguration(config);
    RobotstxtServer robots =
        new RobotstxtServer(new RobotstxtConfig(), fetcher, frontier.getWebURLFactory());
    CrawlController controller =
        new CrawlController(config, normalizer, fetcher, robots, frontier);
    controller.addSeed(arguments[0]);
    controller.start(Rival.class, THREADS);
    System.out.println(kept.get());
    System.exit(0);
  }
}
