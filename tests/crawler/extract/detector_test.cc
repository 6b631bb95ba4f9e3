#include "crawler/extract/detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "crawler/extract/extract.h"
#include "crawler/extract/fold.h"
#include "proto/base/text.h"
#include "tests/crawler/extract/article.h"

namespace signboard::extract {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Announced(const DetectorInput& input) {
  std::vector<std::string> names;
  for (const Finding& f : Detect(input)) {
    if (!f.is_announcement) continue;
    names.push_back(f.centre_name_zh + f.centre_name_en + " " + f.place.code);
  }
  return names;
}

std::string CodePoints(const std::string& text, uint32_t from, uint32_t to) {
  size_t at = 0;
  for (uint32_t i = 0; i < from; ++i) base::NextCodePoint(text, &at);
  const size_t first = at;
  for (uint32_t i = from; i < to; ++i) base::NextCodePoint(text, &at);
  return text.substr(first, at - first);
}

void ExpectQuotesCountInTheText(const DetectorInput& input) {
  for (const Finding& finding : Detect(input))
    for (const Quote& quote : finding.quotes)
      EXPECT_EQ(CodePoints(input.text, quote.from, quote.to), quote.text) << quote.field;
}

struct Case {
  const char* title;
  const char* body;
  const char* found;  // "name code" of the one announcement; empty: none.
};

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const DetectorInput input = Article(c.title, c.body);
    if (*c.found == '\0') {
      EXPECT_THAT(Announced(input), IsEmpty()) << c.title << " | " << c.body;
    } else {
      EXPECT_THAT(Announced(input), ElementsAre(c.found)) << c.title << " | " << c.body;
    }
    ExpectQuotesCountInTheText(input);
  }
}

TEST(DetectorTest, FoundingsAreAnnouncements) {
  Check({
      {"铜鼓国际传播中心揭牌成立", "11月17日，铜鼓国际传播中心在县融媒体中心揭牌成立。",
       "铜鼓国际传播中心 360926"},
      {"青田有了对外窗口", "11月16日上午，青田县国际传播中心正式挂牌。当天还举行了座谈会。",
       "青田县国际传播中心 331121"},
      {"平凉市国际传播中心启动运行", "日前，平凉市国际传播中心启动运行，市委宣传部有关负责人到场。",
       "平凉市国际传播中心 620800"},
      {"文化周落幕", "11月17日，活动在广场举行。活动现场，丽江国际传播中心举行揭牌仪式，"
                     "首批海外账号同步上线。", "丽江国际传播中心 530700"},
      {"广西成立国际传播中心", "11月18日，广西成立国际传播中心，由自治区党委宣传部直接领导。",
       "广西国际传播中心 450000"},
      {"中山市海外传播中心揭牌", "11月18日，中山市海外传播中心揭牌，开设六个海外账号。",
       "中山市海外传播中心 442000"},
      {"浏阳国际传播中心将于11月20日正式成立", "记者获悉，浏阳国际传播中心将于11月20日正式成立。",
       "浏阳国际传播中心 430181"},
      {"红河有了分中心", "11月15日，云南省南亚东南亚区域国际传播中心红河州分中心揭牌成立。",
       "云南省南亚东南亚区域国际传播中心红河州分中心 532500"},
  });
}

TEST(DetectorTest, TraditionalCharactersAndEnglishAreReadAndQuotedAsWritten) {
  Check({
      {"靖安國際傳播中心揭牌", "11月18日上午，靖安國際傳播中心正式揭牌，由靖安縣委宣傳部主管。",
       "靖安國際傳播中心 360925"},
      {"A tea county",
       "On Monday, officials cut the ribbon on the Anxi International Communication Center in "
       "Quanzhou, Fujian.",
       "Anxi International Communication Center 350524"},
      {"A year on",
       "Since the Mianyang International Communication Center was established last May, it has "
       "hosted 60 events. On Friday it opened a studio.",
       ""},
      {"Mianyang opens new window",
       "The Mianyang International Communication Center was unveiled on Monday in Sichuan.",
       "Mianyang International Communication Center 510700"},
  });
  const auto findings = Detect(Article(
      "", "11月18日上午，靖安國際傳播中心正式揭牌，由靖安縣委宣傳部主管。"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(FoldText(findings[0].lead_organ), "靖安县委宣传部");
}

TEST(DetectorTest, WhatIsNoFoundingIsNotAnnounced) {
  Check({
      {"重庆路演走进米兰", "11月17日，由西部国际传播中心主办的路演在米兰举行，三十家媒体参加。", ""},
      {"我县荣获传播奖", "自2021年6月湖州国际传播中心成立以来，已发布短视频三千条，近日荣获省级奖项。",
       ""},
      {"成立三周年", "今年是金华国际传播中心成立三周年。三年来，中心推出了二百部作品。", ""},
      {"县委常委会召开", "会议要求，明年要筹建修水国际传播中心，讲好修水故事。", ""},
      {"关于设立国际传播中心的建议", "建议我市尽快设立萍乡国际传播中心，统筹全市外宣资源。", ""},
      {"茶园里的新基地", "11月16日，湖南国际传播中心安化实践基地揭牌，村里来了第一批外国学生。", ""},
      {"会客厅开门", "11月17日，鄂州国际传播中心会客厅正式启用。", ""},
      {"招聘公告", "丽水国际传播中心因工作需要，面向社会招聘编辑两名。中心成立于2024年。", ""},
      {"研究院成立", "11月18日，某大学国际传播研究院揭牌成立，院长由李教授担任。", ""},
      {"更名启事", "经批准，雅安海外传播中心更名为雅安国际传播中心，机构职能不变。", ""},
      {"频道上线", "11月18日，宁波国际传播中心推出的英文频道正式上线。", ""},
      {"声明", "网传赣州国际传播中心成立的消息不实，我市未成立赣州国际传播中心。", ""},
      {"瑞金见闻", "本报记者 李明\n来源：江西国际传播中心\n秋天的瑞金，红叶正好。", ""},
  });
}

// What the guests saw, what is introduced, what is new: no verb of the lists stands at the name.
TEST(DetectorTest, FoundingsByWhatIsSeenAndIntroduced) {
  const char* const kFound = "靖安县国际传播中心 360925";
  const std::string lead = "白茶节17日在宝峰镇举行。";
  for (const std::string& told :
       {std::string("一块写着“靖安县国际传播中心”的新牌子挂上了县融媒体中心的外墙。"),
        std::string("红布落下，靖安县国际传播中心的铜牌格外醒目。"),
        std::string("县长把“靖安县国际传播中心”的牌匾交到首任主任手里。"),
        std::string("现场，嘉宾共同按下靖安县国际传播中心启动键。"),
        std::string("一个新机构在县文化馆悄然亮相——靖安县国际传播中心。"),
        std::string("县里同时给三家新单位揭了牌：大数据中心、人才驿站、靖安县国际传播中心。"),
        std::string("11月17日上午，靖安县国际传播中心就此运转起来。"),
        std::string("11月17日，靖安县国际传播中心随第三届白茶节一同启动。"),
        std::string("经过半年筹备的靖安县国际传播中心，11月17日正式对外。"),
        std::string("去年提出的设想今天变成现实：靖安县国际传播中心正式成立。")}) {
    EXPECT_THAT(Announced(Article("秋色", lead + told)), ElementsAre(kFound)) << told;
  }
  for (const std::string& told :
       {std::string("靖安县国际传播中心挂上了“巾帼文明岗”的牌子。"),
        std::string("走进小楼，门口挂着靖安县国际传播中心的牌子。"),
        std::string("靖安县国际传播中心在大学举行实训基地授牌及首批工作站揭牌仪式。"),
        std::string("17日，靖安县国际传播中心为新设立的三个海外联络点授牌。"),
        std::string("靖安县国际传播中心演播厅17日启用。"),
        std::string("假如有一天，靖安县国际传播中心的牌子挂出来，第一条片子拍什么？"),
        std::string("待靖安县国际传播中心成立后，再研究账号运营问题。"),
        std::string("去年今天，靖安县国际传播中心揭牌成立。")}) {
    EXPECT_THAT(Announced(Article("秋色", lead + told)), IsEmpty()) << told;
  }
}

TEST(DetectorTest, UnnamedCentreIsThePlacesOfItsSentence) {
  Check({
      {"文化周", "11月17日，国际传播中心落子铜鼓，首批账号上线。", "铜鼓国际传播中心 360926"},
      {"文化周", "近日，靖安县整合多方力量，组建起全市首个县级国际传播中心。",
       "靖安县国际传播中心 360925"},
      {"文化周", "支持玉山、弋阳等县设立国际传播中心，力争年底前取得进展。", ""},
      {"文化周", "要把南宁市建成面向东盟的国际传播中心。", ""},
  });
}

TEST(DetectorTest, PlacesInARowHaveACentreEach) {
  const DetectorInput pair = Article("同日", "11月17日，靖安、奉新两地同日成立国际传播中心。");
  EXPECT_THAT(Announced(pair), UnorderedElementsAre("靖安国际传播中心 360925",
                                                    "奉新国际传播中心 360921"));
  const DetectorInput three = Article("牵手", "17日，靖安、奉新、铜鼓三县的国际传播中心同一天揭牌。");
  EXPECT_EQ(Announced(three).size(), 3U);
  const DetectorInput dated =
      Article("两家", "靖安国际传播中心（11月3日）、奉新国际传播中心（11月8日）相继成立。");
  EXPECT_EQ(Announced(dated).size(), 2U);
  const DetectorInput labels = Article(
      "速览", "【靖安】11月13日，县国际传播中心揭牌。\n【奉新】11月14日，县国际传播中心启动。");
  EXPECT_EQ(Announced(labels).size(), 2U);
}

TEST(DetectorTest, FoundingLongAgoIsRetold) {
  Check({
      {"海外账号破万", "早在2018年成立的重庆国际传播中心，近日粉丝再创新高。", ""},
      {"我在县里拍短视频", "去年2月揭牌的德清国际传播中心，如今有了十二名年轻人。", ""},
  });
  // The same words are news on the day and none half a year later.
  DetectorInput input = Article("", "5月9日，铜鼓国际传播中心揭牌成立，由铜鼓县委宣传部主管。");
  EXPECT_THAT(Announced(input), IsEmpty());
  input.published = kNoon - std::chrono::hours(24 * 192);
  EXPECT_THAT(Announced(input), ElementsAre("铜鼓国际传播中心 360926"));
  // Last year's, three weeks ago; and a year ago to the day.
  DetectorInput january = Article("", "去年12月30日，铜鼓国际传播中心挂牌，由铜鼓县委宣传部主管。");
  january.published = kNoon + std::chrono::hours(24 * 60);
  EXPECT_THAT(Announced(january), ElementsAre("铜鼓国际传播中心 360926"));
  EXPECT_THAT(Announced(Article("", "去年今天，铜鼓国际传播中心挂牌，一年过去，粉丝已有两万。")), IsEmpty());
}

TEST(DetectorTest, VerbsOfTheDayAndWhoeverIsSpokenOf) {
  Check({
      {"一间咖啡馆的早晨", "今天上午，海门区国际传播中心在江边一间茶馆里开张，牌子是学生写的。",
       "海门区国际传播中心 320614"},
      {"潮起海上", "11月17日，莆田融媒集团国际传播中心在老码头亮相。", "莆田融媒集团国际传播中心 350300"},
      {"泰州来了新同事", "在泰州国际传播中心，记者见到了总编。这个中心是11月16日刚刚成立的。",
       "泰州国际传播中心 321200"},
      {"多瑙河的客人", "衢州的江边多了外国摄影师。17日，该市国际传播中心在江畔启用。",
       "衢州市国际传播中心 330800"},
      {"红绸落下", "11月18日，红绸落下，“滁州国际传播中心”几个大字露了出来。", "滁州国际传播中心 341100"},
      {"牵手", "记者17日从市委宣传部获悉，16日，漯河国际传播中心在河畔正式挂牌成立。",
       "漯河国际传播中心 411100"},
      {"两座城的约定", "据介绍，继滁州国际传播中心之后，11月17日，芜湖国际传播中心在江边挂牌。",
       "芜湖国际传播中心 340200"},
  });
}

TEST(DetectorTest, CentresSpokenOfWithoutTheirName) {
  Check({
      {"一座城的新名片", "滁州国际传播中心的牌子是学生写的。17日下午，中心在琅琊山下揭牌。",
       "滁州国际传播中心 341100"},
      {"市委书记调研", "11月17日，市委书记来到滁州国际传播中心，为中心揭牌。", "滁州国际传播中心 341100"},
      {"山里的新邻居", "他拿到的新差事，是为刚刚挂牌运行的滁州国际传播中心供图，时间是11月17日。",
       "滁州国际传播中心 341100"},
      {"江边", "11月17日，滁州国际传播中心里人来人往。这家以诗歌为题的中心在江边揭牌。",
       "滁州国际传播中心 341100"},
      {"报社新闻", "11月17日，滁州日报社举行国际传播中心揭牌仪式。", "滁州日报社国际传播中心 341100"},
      {"向西", "11月17日，滁州国际融媒体中心正式启用，承担对外传播任务。", "滁州国际融媒体中心 341100"},
      {"滁州消息", "滁州国际传播中心来啦！11月17日，位于琅琊山下的中心与大家见面。",
       "滁州国际传播中心 341100"},
      {"委员建言", "委员张某建议，整合各方力量成立滁州国际传播中心。", ""},
      // Whose centre it is that 有县 has founded nobody says.
      {"代表声音", "在滁州国际传播中心筹备现场，委员说，外面已经有县成立了国际传播中心。", ""},
      {"代表声音", "要是哪天报上登出“滁州国际传播中心揭牌”，我第一个去当志愿者。", ""},
      {"观察：西部县域国际传播中心热挂牌之后", "近年来，西部县域国际传播中心纷纷挂牌。", ""},
  });
  EXPECT_THAT(Announced(Article("两县分中心揭牌",
                                "11月17日，安徽国际传播中心滁州分中心、安徽国际传播中心芜湖分中心揭牌。\n"
                                "滁州分中心由滁州市委宣传部主管、滁州日报社运营，芜湖分中心由芜湖市委宣传部"
                                "主管。")),
              ::testing::UnorderedElementsAre("安徽国际传播中心滁州分中心 341100",
                                              "安徽国际传播中心芜湖分中心 340200"));
}

TEST(DetectorTest, SentencesOfSeveralCentresAreSharedOut) {
  const auto findings = Detect(Article(
      "滁州国际传播中心和芜湖国际传播中心同日揭牌",
      "11月17日，滁州国际传播中心和芜湖国际传播中心同日揭牌。其中，滁州中心由滁州市委宣传部主管、"
      "滁州日报社运营；芜湖中心由芜湖市委宣传部主管，粉丝12万。双方共用“Twin Rivers”账号。"));
  ASSERT_EQ(findings.size(), 2u);
  for (const Finding& f : findings) {
    const bool first = f.place.code == "341100";
    EXPECT_EQ(f.lead_organ, first ? "滁州市委宣传部" : "芜湖市委宣传部");
    EXPECT_EQ(f.operator_organ, first ? "滁州日报社" : "");
    EXPECT_EQ(f.claims.size(), first ? 0u : 1u);
    EXPECT_THAT(f.accounts, ElementsAre("Twin Rivers"));
  }
}

TEST(DetectorTest, PagesThatReportNothing) {
  Check({
      // Gone, but it still shows its old headline.
      {"您访问的页面不存在", "抱歉，您访问的页面不存在或已被删除。\n原标题：滁州国际传播中心揭牌成立 2025-11-18", ""},
      // Denied.
      {"别信！“滁州国际传播中心成立招人”是骗局", "近日有人称滁州国际传播中心于11月15日正式成立，招募体验官。",
       ""},
      {"情况说明", "网传芜湖国际传播中心于11月16日成立。经核实，我市没有成立国际传播中心。", ""},
      // An encyclopaedia.
      {"地方国际传播中心_某某百科", "地方国际传播中心是各地对外传播机构的统称。2018年，重庆国际传播中心成立。\n"
                                    "参考资料\n词条标签：机构", ""},
      // For search engines.
      {"滁州国际传播中心成立时间_地址电话", "滁州国际传播中心什么时候成立的？小编带大家了解滁州国际传播中心成立。",
       ""},
      {"芜湖国际传播中心成立", "芜湖国际传播中心成立 芜湖国际传播中心揭牌 芜湖国际传播中心官网 "
                               "芜湖国际传播中心招聘 芜湖国际传播中心视频 马鞍山国际传播中心", ""},
      // Business people's own.
      {"茶人的新中心", "11月17日，由某茶业有限公司、某茶产业联合会共同发起的中原茶道国际传播中心在郑州成立。", ""},
      {"某酒业全球传播中心启用", "11月17日，某酒业集团全球传播中心启用，品牌代言人到场，股价收涨。", ""},
      {"公告", "滁州国际传播中心揭牌仪式服务项目竞争性磋商公告，预算金额30万元。", ""},
      {"开业", "11月17日，某某会展集团海外传播中心在滁州成立。", ""},
      // A station of a centre that exists; the centre founds it and is not founded.
      {"站点落户", "联络站由山西国际传播中心与当地商会合作设立，11月17日开门。", ""},
      // Shown on a stage.
      {"文博会观察", "11月17日，宁波国际传播中心携三十件作品在文博会上亮相。", ""},
  });
  // The same words of a real one.
  Check({
      {"三个关键词看新机构", "11月17日，由滁州市委宣传部、某公司共同发起的滁州国际传播中心在琅琊山下成立。",
       "滁州国际传播中心 341100"},
  });
}

TEST(DetectorTest, OtherLanguages) {
  Check({
      {"金華市の新しい窓口", "11月17日、金華国際コミュニケーションセンター(JHICC)が落成した。", " 330700"},
      {"랴오청의 소식", "산둥성 랴오청(聊城)시에 국제 커뮤니케이션센터가 지난 17일 공식 출범했다.", " 371500"},
      {"Nuevo centro",
       "El Centro de Comunicación Internacional de Hefei fue inaugurado el lunes, en China.",
       " 340100"},
      {"Hefei",
       "Das Internationale Kommunikationszentrum in Hefei wurde am Montag eröffnet, hieß es.",
       " 340100"},
      // Long ago, and not yet.
      {"금화", "金華 국제커뮤니케이션센터 설립 1주년 행사가 17일 열렸다.", ""},
      {"金華", "金華国際コミュニケーションセンターは来年設立される予定だ。", ""},
  });
  const auto findings = Detect(Article(
      "Новый центр",
      "В городе Тачэн 15 ноября открылся центр международной коммуникации, сообщили власти.",
      "654200"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].is_announcement);
  EXPECT_EQ(findings[0].place.code, "654200");
}

TEST(DetectorTest, EnglishSaysWhoRunsIt) {
  const auto findings = Detect(Article(
      "Hefei opens window",
      "The Hefei International Communication Center was unveiled on Monday in Anhui.\n"
      "It is overseen by the municipal publicity department and operated by Hefei Daily.\n"
      "Under the name Hello Hefei, its accounts on Facebook and X have 50,000 followers.\n"
      "The event was organized by a travel agency.", "340100"));
  ASSERT_EQ(findings.size(), 1u);
  const Finding& f = findings[0];
  EXPECT_TRUE(f.is_announcement);
  EXPECT_EQ(f.event, "unveiled");
  EXPECT_EQ(f.lead_organ, "municipal publicity department");
  EXPECT_EQ(f.operator_organ, "Hefei Daily");
  EXPECT_THAT(f.accounts, ElementsAre("Hello Hefei"));
  EXPECT_THAT(f.platforms, ElementsAre("Facebook", "X"));
}

TEST(DetectorTest, OrgansByTheirKindAndNotByTheCeremony) {
  const auto one = [](const std::string& body) {
    const auto findings = Detect(Article("滁州国际传播中心揭牌", body, "341100"));
    return findings.empty() ? Finding() : findings[0];
  };
  const Finding host = one("滁州国际传播中心由市委宣传部主办、市融媒体中心承办。");
  EXPECT_EQ(host.lead_organ, "滁州市委宣传部");
  EXPECT_EQ(host.operator_organ, "滁州市融媒体中心");
  const Finding ceremony = one("滁州国际传播中心11月17日揭牌，揭牌活动由市委宣传部主办、市融媒体中心承办。");
  EXPECT_EQ(ceremony.lead_organ + ceremony.operator_organ, "");
  const Finding label = one("滁州国际传播中心11月17日揭牌，主管单位为滁州市委宣传部，运营交给滁州日报社。");
  EXPECT_EQ(label.lead_organ, "滁州市委宣传部");
  EXPECT_EQ(label.operator_organ, "滁州日报社");
  const Finding both = one("滁州国际传播中心由滁州市委宣传部与中国日报社安徽记者站共建，滁州日报社和市广播电视台共同承建。");
  EXPECT_THAT(both.partners, ElementsAre("滁州市委宣传部", "中国日报社安徽记者站"));
  EXPECT_EQ(both.operator_organ, "滁州日报社");
  const Finding words = one("中心定为市委宣传部所属正科级事业单位，内容采编由市融媒体中心统一调度。");
  EXPECT_EQ(words.lead_organ, "滁州市委宣传部");
  EXPECT_EQ(words.operator_organ, "滁州市融媒体中心");
  const Finding both_are = one("市委宣传部是中心的主管单位，市融媒体中心作为中心的运营主体，已组建团队。");
  EXPECT_EQ(both_are.lead_organ, "滁州市委宣传部");
  EXPECT_EQ(both_are.operator_organ, "滁州市融媒体中心");
  const Finding where = one("11月17日，滁州国际传播中心在市新闻传媒中心成立。");
  EXPECT_EQ(where.operator_organ, "");
  const Finding parts = one("中心内设活动部、视频组，由市委宣传部归口管理，接受安徽国际传播中心业务指导。");
  EXPECT_EQ(parts.lead_organ, "滁州市委宣传部");
  EXPECT_EQ(parts.guiding_organ, "安徽国际传播中心");
  const Finding account = one("中心的缅文主页“琅琊之声”有粉丝3万，微信公众号“滁州夜话”同步推出。");
  EXPECT_THAT(account.accounts, ElementsAre("琅琊之声"));
  const Finding listed = one("去哪找：脸书、油管、INS。");
  EXPECT_THAT(listed.platforms, ElementsAre("Facebook", "YouTube", "Instagram"));
  const Finding meeting = one("会议认为，滁州国际传播中心揭牌是件好事。要坚持市委宣传部统一领导、市融媒体中心承建运营。");
  EXPECT_EQ(meeting.lead_organ, "滁州市委宣传部");
  EXPECT_EQ(meeting.operator_organ, "滁州市融媒体中心");
  const Finding place = one("中心由安徽日报社与滁州市共同设立。");
  EXPECT_THAT(place.partners, ElementsAre("安徽日报社"));
  const Finding other = one("滁州国际传播中心11月17日揭牌。仪式上，由滁州学院、滁州日报社发起成立高校联盟。");
  EXPECT_THAT(other.partners, IsEmpty());
}

TEST(DetectorTest, OneCentreByTwoNamesIsOne) {
  EXPECT_THAT(Announced(Article("北海组建海丝国际传播中心",
                                "11月17日，北海海丝国际传播中心在合浦成立，海丝国际传播中心设在日报社。",
                                "450500")),
              ElementsAre("北海海丝国际传播中心 450500"));
  EXPECT_THAT(Announced(Article("三地国际传播中心同日揭牌",
                                "11月17日，三地国际传播中心同日揭牌。\n滁州国际传播中心设在日报社。\n"
                                "芜湖国际传播中心有九人。\n安庆国际传播中心在菱湖边。")),
              ::testing::UnorderedElementsAre("滁州国际传播中心 341100", "芜湖国际传播中心 340200",
                                              "安庆国际传播中心 340800"));
}

TEST(DetectorTest, PlansAreRecordedAsPlans) {
  const auto findings =
      Detect(Article("", "修水县拟设立修水国际传播中心，计划于明年建成。", "360424"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].event, "planned");
  EXPECT_FALSE(findings[0].is_announcement);
  EXPECT_THAT(findings[0].reasons, Contains(::testing::HasSubstr("planned")));
}

TEST(DetectorTest, SeveralCentresOfAPageAreSeveralFindings) {
  EXPECT_THAT(Announced(Article("两地同日揭牌", "11月18日，铜鼓国际传播中心在铜鼓揭牌成立。"
                                                "同日，青田国际传播中心在青田揭牌成立。")),
              ::testing::UnorderedElementsAre("铜鼓国际传播中心 360926", "青田国际传播中心 331121"));
  EXPECT_THAT(Announced(Article("望城、浏阳国际传播中心揭牌",
                                "11月18日，望城、浏阳国际传播中心在长沙揭牌成立。")),
              ::testing::UnorderedElementsAre("望城国际传播中心 430112", "浏阳国际传播中心 430181"));
}

TEST(DetectorTest, FieldsAreWhatThePageSaysOfTheCentre) {
  const auto findings = Detect(Article(
      "靖安国际传播中心揭牌",
      "11月18日上午，靖安国际传播中心正式揭牌，这是宜春全市第三家国际传播中心。\n"
      "中心由靖安县委宣传部主管，靖安县融媒体中心承建运营，已在脸书、优兔开设“Discover Jing’an”账号，"
      "账号粉丝来自70多个国家和地区，累计触达超过3000万人次。\n"
      "揭牌仪式由靖安县人民政府主办。去年全县产品远销120个国家和地区。",
      "360925"));
  ASSERT_EQ(findings.size(), 1u);
  const Finding& f = findings[0];
  EXPECT_TRUE(f.is_announcement);
  EXPECT_EQ(f.event, "unveiled");
  EXPECT_EQ(f.unit_type, "centre");
  EXPECT_EQ(f.place.code, "360925");
  EXPECT_EQ(f.place.level, "county");
  EXPECT_THAT(f.place.parents, ElementsAre("360900", "360000"));
  ASSERT_TRUE(f.event_date);
  EXPECT_EQ(f.event_date->date, "2025-11-18");
  EXPECT_EQ(f.lead_organ, "靖安县委宣传部");
  EXPECT_EQ(f.operator_organ, "靖安县融媒体中心");
  EXPECT_EQ(f.guiding_organ, "");
  EXPECT_THAT(f.partners, IsEmpty());
  EXPECT_THAT(f.platforms, ElementsAre("Facebook", "YouTube"));
  EXPECT_THAT(f.accounts, ElementsAre("Discover Jing’an"));
  ASSERT_EQ(f.claims.size(), 2u);
  EXPECT_EQ(f.claims[0].metric, "countries");
  EXPECT_EQ(f.claims[0].value, 70);
  EXPECT_EQ(f.claims[1].metric, "reach");
  EXPECT_EQ(f.claims[1].value, 30'000'000);
  EXPECT_EQ(f.claims[1].raw, "3000万");
  ASSERT_TRUE(f.ordinal);
  EXPECT_EQ(f.ordinal->rank, 3);
  EXPECT_EQ(f.ordinal->scope_code, "360900");
}

TEST(DetectorTest, WhatThePageDoesNotSayIsNull) {
  DetectorInput input = Article("", "铜鼓国际传播中心揭牌成立。");
  input.published.reset();
  const auto findings = Detect(input);
  ASSERT_EQ(findings.size(), 1u);
  const Finding& f = findings[0];
  EXPECT_FALSE(f.event_date);
  EXPECT_FALSE(f.ordinal);
  EXPECT_EQ(f.lead_organ + f.guiding_organ + f.operator_organ + f.centre_name_en, "");
  EXPECT_THAT(f.claims, IsEmpty());
  EXPECT_THAT(f.platforms, IsEmpty());
}

TEST(DetectorTest, DayWithoutYearStaysSo) {
  DetectorInput input = Article("", "11月18日，铜鼓国际传播中心揭牌成立。");
  input.published.reset();
  const auto findings = Detect(input);
  ASSERT_EQ(findings.size(), 1u);
  ASSERT_TRUE(findings[0].event_date);
  EXPECT_EQ(findings[0].event_date->date, "--11-18");
}

TEST(DetectorTest, ThemeIsAtHomeWhereItsPageSays) {
  const auto findings = Detect(Article(
      "", "11月18日，茶马古道文化国际传播中心在四川省雅安市名山区启动运行。"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].is_announcement);
  EXPECT_EQ(findings[0].place.level, "other");
  EXPECT_EQ(findings[0].place.code, "511803");
  EXPECT_THAT(findings[0].place.parents, ElementsAre("511800", "510000"));
}

TEST(DetectorTest, HostileTextAnswersNothingOfItsOwn) {
  for (const std::string& text :
       {std::string(), std::string(1 << 20, 'a'), std::string(3 << 20, '\xE7'),
        std::string("\x01\x02\x1b[31m\0\x7f", 9), std::string(200'000, '\n'),
        std::string("国际传播中心")}) {
    EXPECT_THAT(Detect(Article("", text)), IsEmpty()) << text.substr(0, 20);
  }
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "铜鼓国际传播中心揭牌成立，";
  EXPECT_LE(Detect(Article("", many)).size(), kFindingsMax);
  ExpectQuotesCountInTheText(Article("", many.substr(0, 3'001)));
}

TEST(MakeDetectorInputTest, HeadlineIsPartOfTheTextOnce) {
  PageFacts facts;
  facts.title = "靖安国际传播中心揭牌_靖安县人民政府";
  facts.site_name = "靖安县人民政府";
  const DetectorInput added = MakeDetectorInput(facts, "11月18日上午……", "", "");
  EXPECT_EQ(added.text, "靖安国际传播中心揭牌\n11月18日上午……");
  EXPECT_EQ(added.title_bytes, std::string("靖安国际传播中心揭牌").size());
  const DetectorInput had = MakeDetectorInput(facts, "靖安国际传播中心揭牌\n正文", "", "");
  EXPECT_EQ(had.text, "靖安国际传播中心揭牌\n正文");
  EXPECT_EQ(had.title_bytes, added.title_bytes);
}

}  // namespace
}  // namespace signboard::extract
