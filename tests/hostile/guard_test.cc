// No spelling of a forbidden address is connected to, whichever way it comes: as a seed, by a
// redirect, a link, robots.txt, a sitemap or a feed.
#include <gmock/gmock.h>

#include <thread>

#include "tests/hostile/hostile_run.h"

namespace signboard::testing {
namespace {

// Of this machine and of networks that are not the public's. All on the port that listens.
const std::vector<std::string>& Spellings() {
  static const std::vector<std::string> all = {
      // Loopback in IPv4: dotted, short, decimal, octal, hexadecimal, mixed, with dots and escapes.
      "127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.2", "2130706433", "2130706434",
      "017700000001", "0177.0.0.1", "0177.0.0.01", "0x7f000001", "0x7f.0.0.1", "0x7F.1", "0x7f.0x2",
      "127.0.0.1.", "127.0.0.0x1", "00000177.0.0.1", "127.0.0.1%2e", "%31%32%37.0.0.1",
      "127%2E0%2E0%2E1", "１２７.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①",
      // Names of it.
      "localhost", "LOCALHOST", "localhost.", "ip6-localhost", "ip6-loopback", "a.localhost",
      // With a user before it.
      "user@127.0.0.1", "public.example@127.0.0.2", "user:pass@[::1]",
      // Unspecified, and this network.
      "0.0.0.0", "0", "0x0", "0.0.0.1", "000.000.000.000",
      // IPv6: loopback, unspecified, mapped, compatible, NAT64, 6to4, Teredo, local.
      "[::1]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::]",
      "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::FFFF:127.0.0.2]", "[0:0:0:0:0:ffff:127.0.0.1]",
      "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]",
      "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fec0::1]", "[fc00::1]",
      "[fd00::dead:beef]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[::ffff:10.0.0.1]",
      "[::ffff:169.254.169.254]", "[::ffff:0:127.0.0.1]",
      // Private, shared, link-local, reserved, multicast, broadcast.
      "10.0.0.1", "10.255.255.254", "012.0.0.1", "100.64.0.1", "169.254.169.254", "169.254.0.1",
      "2852039166", "0xa9fea9fe", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.1",
      "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
      "239.255.255.250", "240.0.0.1", "255.255.255.255"};
  return all;
}

std::string UrlAt(const std::string& spelling) {
  return "http://" + spelling + ":" + std::to_string(ForbiddenListener::kPort) + "/x";
}

class GuardTest : public HostileRun {};

TEST_F(GuardTest, NoSpellingIsConnectedToWhicheverWayItComes) {
  ASSERT_GE(Spellings().size(), 60u);
  std::string links, sitemap = "<urlset>", feed = "<rss>", robots;
  std::vector<std::string> direct, indirect;
  for (size_t i = 0; i < Spellings().size(); ++i) {
    const std::string url = UrlAt(Spellings()[i]);
    direct.push_back(url);
    links += "<a href='" + url + "'>x</a><iframe src='" + url + "'></iframe>";
    sitemap += "<url><loc>" + url + "</loc></url>";
    feed += "<item><link>" + url + "</link></item>";
    robots += "Sitemap: " + url + "\n";
    // A site whose page leads there, and one whose robots.txt does.
    const std::string page = "by-page-" + std::to_string(i) + ".example";
    const std::string rules = "by-robots-" + std::to_string(i) + ".example";
    const auto to = FakeSite::Page("302 Found", {"Location: " + url}, "");
    site_.Serve(page + "/", to);
    site_.Serve(rules + "/robots.txt", to);
    indirect.push_back("http://" + page + "/");
    indirect.push_back("http://" + rules + "/");
  }
  site_.Serve("lists.example/robots.txt", Typed("text/plain", robots));
  site_.Serve("lists.example/", Html(links + "<base href='" + UrlAt("127.0.0.2") + "'>"));
  site_.Serve("lists.example/s.xml", Typed("text/xml", sitemap + "</urlset>"));
  site_.Serve("lists.example/f.xml", Typed("text/xml", feed + "</rss>"));
  indirect.insert(indirect.end(), {"http://lists.example/", "http://lists.example/s.xml",
                                   "http://lists.example/f.xml"});
  const ForbiddenListener forbidden;
  StartSignboard();
  AddSeeds(indirect);
  // Some are no URLs, and are told so; the others are tried and refused.
  for (const std::string& url : direct) {
    const Finished checked = Run({"check", url, "--config", directory_ / "signboard.toml"});
    EXPECT_NE(checked.exit_code, 0) << url << checked.out;
    EXPECT_LT(checked.exit_code, 100) << url << checked.err;
  }
  for (const std::string& url : indirect) {
    std::string outcome;
    for (int i = 0; i < 200 && outcome.empty(); ++i) {
      outcome = OutcomeOf(url);
      if (outcome.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    EXPECT_NE(outcome, "") << url;
    if (url.find("by-robots") == std::string::npos) continue;
    EXPECT_THAT(outcome, ::testing::AnyOf("refused address_guard", "unreachable dns", "content",
                                          "unreachable tcp", "unreachable bad_url"))
        << url;
  }
  EXPECT_EQ(forbidden.connections(), 0);
  EXPECT_TRUE(signboard_.running());
}

// The test can fail: what the guard lets through is heard.
TEST_F(GuardTest, ExceptedAddressIsConnectedTo) {
  const ForbiddenListener listener;
  StartSignboard();
  Run({"check", UrlAt(kSiteAddress), "--config", directory_ / "signboard.toml"});
  EXPECT_GE(listener.connections(), 1);
}

}  // namespace
}  // namespace signboard::testing
