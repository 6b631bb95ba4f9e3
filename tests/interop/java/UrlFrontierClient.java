// A client of URLFrontier in Java, on the stubs that crawler-commons publishes: asserts what the
// public test suite asserts, and that every other call of the interface is answered sensibly.
//   java -cp 'build/maven/*' UrlFrontierClient.java HOST PORT
// Exits 0 and prints the name of each check, or dies with the first that fails.
import crawlercommons.urlfrontier.URLFrontierGrpc;
import crawlercommons.urlfrontier.Urlfrontier.AckMessage;
import crawlercommons.urlfrontier.Urlfrontier.Active;
import crawlercommons.urlfrontier.Urlfrontier.AnyCrawlID;
import crawlercommons.urlfrontier.Urlfrontier.BlockQueueParams;
import crawlercommons.urlfrontier.Urlfrontier.CountUrlParams;
import crawlercommons.urlfrontier.Urlfrontier.CrawlLimitParams;
import crawlercommons.urlfrontier.Urlfrontier.DeleteCrawlMessage;
import crawlercommons.urlfrontier.Urlfrontier.DiscoveredURLItem;
import crawlercommons.urlfrontier.Urlfrontier.Empty;
import crawlercommons.urlfrontier.Urlfrontier.GetParams;
import crawlercommons.urlfrontier.Urlfrontier.KnownURLItem;
import crawlercommons.urlfrontier.Urlfrontier.ListUrlParams;
import crawlercommons.urlfrontier.Urlfrontier.Local;
import crawlercommons.urlfrontier.Urlfrontier.LogLevelParams;
import crawlercommons.urlfrontier.Urlfrontier.Pagination;
import crawlercommons.urlfrontier.Urlfrontier.QueueDelayParams;
import crawlercommons.urlfrontier.Urlfrontier.QueueWithinCrawlParams;
import crawlercommons.urlfrontier.Urlfrontier.Stats;
import crawlercommons.urlfrontier.Urlfrontier.StringList;
import crawlercommons.urlfrontier.Urlfrontier.URLInfo;
import crawlercommons.urlfrontier.Urlfrontier.URLItem;
import crawlercommons.urlfrontier.Urlfrontier.URLStatusRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

public class UrlFrontierClient {
  private final URLFrontierGrpc.URLFrontierBlockingStub blocking;
  private final URLFrontierGrpc.URLFrontierStub async;

  UrlFrontierClient(ManagedChannel channel) {
    blocking = URLFrontierGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    async = URLFrontierGrpc.newStub(channel);
  }

  static void expect(boolean holds, String what) {
    if (!holds) throw new AssertionError(what);
  }

  static URLInfo info(String url, String key, String crawl) {
    URLInfo.Builder info = URLInfo.newBuilder().setUrl(url);
    if (key != null) info.setKey(key);
    if (crawl != null) info.setCrawlID(crawl);
    return info.build();
  }

  static URLItem discovered(URLInfo info) {
    return URLItem.newBuilder()
        .setDiscovered(DiscoveredURLItem.newBuilder().setInfo(info))
        .build();
  }

  static URLItem known(URLInfo info, long date) {
    return URLItem.newBuilder()
        .setKnown(KnownURLItem.newBuilder().setInfo(info).setRefetchableFromDate(date))
        .build();
  }

  List<AckMessage> put(URLItem... items) throws Exception {
    List<AckMessage> acks = new ArrayList<>();
    CountDownLatch ended = new CountDownLatch(1);
    StreamObserver<URLItem> out =
        async.putURLs(
            new StreamObserver<>() {
              @Override
              public void onNext(AckMessage ack) {
                acks.add(ack);
              }

              @Override
              public void onError(Throwable t) {
                ended.countDown();
              }

              @Override
              public void onCompleted() {
                ended.countDown();
              }
            });
    for (URLItem item : items) out.onNext(item);
    out.onCompleted();
    expect(ended.await(30, TimeUnit.SECONDS), "the stream of puts did not end");
    expect(acks.size() == items.length, "not one ack for each item");
    return acks;
  }

  List<URLInfo> get(GetParams.Builder params) {
    List<URLInfo> all = new ArrayList<>();
    Iterator<URLInfo> got = blocking.getURLs(params.build());
    while (got.hasNext()) all.add(got.next());
    return all;
  }

  static GetParams.Builder of(String key) {
    return GetParams.newBuilder()
        .setKey(key)
        .setMaxUrlsPerQueue(1)
        .setDelayRequestable(2)
        .setCrawlID("DEFAULT");
  }

  Stats stats(String key, String crawl) {
    return blocking.getStats(
        QueueWithinCrawlParams.newBuilder().setKey(key).setCrawlID(crawl).build());
  }

  long deleteQueue(String key) {
    return blocking.deleteQueue(QueueWithinCrawlParams.newBuilder().setKey(key).build()).getValue();
  }

  long deleteCrawl(String crawl) {
    return blocking
        .deleteCrawl(DeleteCrawlMessage.newBuilder().setValue(crawl).build())
        .getValue();
  }

  int crawls() {
    return blocking.listCrawls(Local.newBuilder().setLocal(true).build()).getValuesCount();
  }

  void neverRefetched() throws Exception {
    put(known(info("https://www.mysite.com/completed", "key1.com", null), 0));
    expect(get(of("key1.com")).isEmpty(), "what is completed was served");
  }

  void rightOrder() throws Exception {
    long now = Instant.now().getEpochSecond();
    put(
        known(info("https://www.mysite.com/later", "key1.com", null), now),
        known(info("https://www.mysite.com/sooner", "key1.com", null), now - 10_000));
    List<URLInfo> got = get(of("key1.com").setMaxUrlsPerQueue(2));
    expect(got.size() == 2 && got.get(0).getUrl().endsWith("sooner"), "not the sooner one first");
  }

  void updates() throws Exception {
    URLItem item = discovered(info("https://www.mysite.com/discovered", "key2.com", null));
    put(item, item);
    expect(
        blocking.listQueues(Pagination.newBuilder().build()).getValuesList().contains("key2.com"),
        "the queue is not listed");
    expect(get(of("key2.com")).size() == 1, "the URL was not served");
    expect(stats("key2.com", "").getInProcess() == 1, "not one in process");
    expect(stats("key2.com", "").getNumberOfQueues() == 1, "not one queue");
    expect(get(of("key2.com")).isEmpty(), "served twice");
    Thread.sleep(2_000);
    expect(stats("key2.com", "").getInProcess() == 0, "the lease did not end");
    expect(deleteQueue("key2.com") == 1, "not one URL deleted");
    expect(stats("key2.com", "").getNumberOfQueues() == 0, "the queue is still there");
  }

  void queueNames() throws Exception {
    put(discovered(info("http://gac.icann.org?language_id=9", null, null)));
    expect(stats("gac.icann.org", "").getSize() == 1, "the host is not the key");
    expect(deleteQueue("gac.icann.org") == 1, "not one URL deleted");
  }

  void crawlIds() throws Exception {
    deleteCrawl("");
    expect(crawls() == 0, "there is a crawl at the beginning");
    String url = "https://www.mysite.com/discovered";
    put(
        discovered(info(url, "key1.com", "BESPOKE")),
        discovered(info(url, "key1.com", null)),
        discovered(info(url, "key1.com", "DEFAULT")));
    for (String crawl : new String[] {"", "BESPOKE"}) {
      Stats stats = stats("", crawl);
      expect(stats.getSize() == 1 && stats.getNumberOfQueues() == 1, "not one URL in " + crawl);
      expect(stats.getCrawlID().equals(crawl.isEmpty() ? "DEFAULT" : crawl), "another crawl's");
      deleteCrawl(crawl);
      expect(stats("", crawl).getSize() == 0, crawl + " was not deleted");
    }
    expect(crawls() == 0, "a deleted crawl is listed");
  }

  void everythingElse() throws Exception {
    URLInfo info =
        info("https://a.com/1", "a.com", null).toBuilder()
            .putMetadata("source", StringList.newBuilder().addValues("seed").build())
            .build();
    List<AckMessage> acks =
        put(discovered(info).toBuilder().setID("mine").build(), known(info("x:/", "b", null), 9));
    expect(acks.stream().allMatch(a -> a.getStatus() == AckMessage.Status.OK), "not kept");
    expect(acks.stream().anyMatch(a -> a.getID().equals("mine")), "an ack without its id");
    URLItem status =
        blocking.getURLStatus(
            URLStatusRequest.newBuilder().setUrl("https://a.com/1").setKey("a.com").build());
    expect(
        status.getKnown().getInfo().getMetadataOrThrow("source").getValues(0).equals("seed"),
        "metadata are lost");
    try {
      blocking.getURLStatus(URLStatusRequest.newBuilder().setUrl("y").setKey("a.com").build());
      expect(false, "an unknown URL has a status");
    } catch (StatusRuntimeException e) {
      expect(e.getStatus().getCode() == Status.Code.NOT_FOUND, "not NOT_FOUND: " + e);
    }
    expect(blocking.listURLs(ListUrlParams.newBuilder().build()).hasNext(), "no URL is listed");
    expect(blocking.countURLs(CountUrlParams.newBuilder().build()).getValue() == 2, "not two URLs");
    expect(blocking.listNodes(Empty.getDefaultInstance()).getValuesCount() == 1, "not one node");
    blocking.setActive(Active.newBuilder().setState(false).build());
    expect(!blocking.getActive(Local.getDefaultInstance()).getState(), "it is active");
    GetParams.Builder any =
        GetParams.newBuilder().setMaxQueues(9).setAnyCrawlID(AnyCrawlID.getDefaultInstance());
    expect(get(any).isEmpty(), "served while inactive");
    blocking.setActive(Active.newBuilder().setState(true).build());
    long soon = Instant.now().getEpochSecond() + 600;
    blocking.blockQueueUntil(BlockQueueParams.newBuilder().setKey("b").setTime(soon).build());
    blocking.setCrawlLimit(CrawlLimitParams.newBuilder().setKey("a.com").setLimit(5).build());
    blocking.setDelay(QueueDelayParams.newBuilder().setKey("a.com").build());
    blocking.setLogLevel(
        LogLevelParams.newBuilder().setLevel(LogLevelParams.Level.INFO).build());
    List<URLInfo> got = get(any);
    expect(got.size() == 1 && got.get(0).getKey().equals("a.com"), "a blocked queue was served");
    expect(deleteCrawl("DEFAULT") == 2, "not two URLs deleted");
  }

  public static void main(String[] args) throws Exception {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress(args[0], Integer.parseInt(args[1])).usePlaintext().build();
    UrlFrontierClient client = new UrlFrontierClient(channel);
    client.deleteCrawl("BESPOKE");
    client.deleteCrawl("");
    client.neverRefetched();
    System.out.println("neverRefetched");
    client.rightOrder();
    System.out.println("rightOrder");
    client.updates();
    System.out.println("updates");
    client.queueNames();
    System.out.println("queueNames");
    client.crawlIds();
    System.out.println("crawlIds");
    client.everythingElse();
    System.out.println("everythingElse");
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }
}
