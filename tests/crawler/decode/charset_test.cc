#include "crawler/decode/charset.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "crawler/decode/charset_labels.h"
#include "crawler/decode/charset_prescan.h"
#include "crawler/decode/content_type.h"
#include "crawler/decode/text_decoder.h"
#include "proto/base/text.h"
#include "tests/crawler/decode/fixture.h"

namespace signboard::decode {
namespace {

constexpr const char* kHtml = "text/html";

DecodedText Read(const std::string& file, const char* type = kHtml) {
  return DecodeText(Fixture(file), type, true);
}

TEST(CharsetTest, EveryGbLabelIsReadWithGb18030) {
  for (const char* label : {"gb2312", "GBK", "x-gbk", "gb_2312-80", "chinese", "csGB2312"})
    EXPECT_EQ(EncodingOfLabel(label), "gbk") << label;
  const DecodedText text = Read("gbk.html");
  EXPECT_EQ(text.declared, "gbk");
  EXPECT_EQ(text.used, "gb18030");
  EXPECT_EQ(text.basis, "meta");
  EXPECT_EQ(text.replaced_count, 0U);
  EXPECT_NE(text.utf8.find("靖安国际传播中心揭牌成立"), std::string::npos);
}

TEST(CharsetTest, CharactersThatOnlyGb18030HasAreReadUnderTheGb2312Label) {
  const DecodedText text = Read("gb18030_rare.html");
  EXPECT_NE(text.utf8.find("\U00020BB7\u36C3镇"), std::string::npos) << text.utf8;
  EXPECT_EQ(text.replaced_count, 0U);
}

TEST(CharsetTest, Big5IsReadWithTraditionalCharacters) {
  const DecodedText text = Read("big5.html");
  EXPECT_EQ(text.used, "big5");
  EXPECT_NE(text.utf8.find("靖安國際傳播中心"), std::string::npos);
}

TEST(CharsetTest, AByteOrderMarkOutranksEveryDeclaration) {
  for (const char* file : {"utf16le.html", "utf16be.html"}) {
    const DecodedText text = Read(file, "text/html; charset=gbk");
    EXPECT_EQ(text.basis, "bom");
    EXPECT_NE(text.utf8.find("靖安国际传播中心"), std::string::npos) << file;
    EXPECT_TRUE(text.utf8.starts_with("<!DOCTYPE")) << "the mark itself is no text";
  }
}

TEST(CharsetTest, TheHeaderOutranksTheMeta) {
  const std::string page = "<meta charset=big5>" + Fixture("gbk.html");
  const DecodedText text = DecodeText(page, "text/html; Charset=\"GB2312\"", true);
  EXPECT_EQ(text.declared, "gbk");
  EXPECT_EQ(text.basis, "header");
  EXPECT_NE(text.utf8.find("靖安"), std::string::npos);
}

TEST(CharsetTest, AMetaAfterALongCommentIsFound) {
  const DecodedText text = Read("meta_late.html");
  EXPECT_EQ(text.basis, "meta");
  EXPECT_NE(text.utf8.find("县长信箱"), std::string::npos);
}

TEST(CharsetTest, Utf8DeclaredAsGbkIsReadAsUtf8AndBothAreSaid) {
  const DecodedText text = Read("declared_gbk_is_utf8.html");
  EXPECT_EQ(text.declared, "gbk");
  EXPECT_EQ(text.detected, "utf-8");
  EXPECT_EQ(text.used, "utf-8");
  EXPECT_EQ(text.basis, "detected");
  EXPECT_NE(text.utf8.find("揭牌成立"), std::string::npos);
}

TEST(CharsetTest, GbkDeclaredAsUtf8IsReadAsGb18030) {
  const DecodedText text = Read("declared_utf8_is_gbk.html", "text/html; charset=utf-8");
  EXPECT_EQ(text.declared, "utf-8");
  EXPECT_EQ(text.used, "gb18030");
  EXPECT_NE(text.utf8.find("揭牌成立"), std::string::npos);
}

TEST(CharsetTest, ServersThatAddLatin1ToEverythingAreNotBelieved) {
  const DecodedText text = Read("gbk.html", "text/html;charset=ISO-8859-1");
  EXPECT_EQ(text.declared, "windows-1252");
  EXPECT_EQ(text.used, "gb18030");
  EXPECT_NE(text.utf8.find("揭牌成立"), std::string::npos);
}

TEST(CharsetTest, RealLatin1StaysLatin1) {
  const DecodedText text =
      DecodeText("<html><body>Caf\xE9 cr\xE8me br\xFBl\xE9" "e \x80</body></html>",
                 "text/html; charset=iso-8859-1", true);
  EXPECT_EQ(text.used, "windows-1252");
  EXPECT_NE(text.utf8.find("Café crème brûlée €"), std::string::npos) << text.utf8;
}

TEST(CharsetTest, UndeclaredPagesAreDetected) {
  const DecodedText gbk = Read("undeclared_gbk.html");
  EXPECT_EQ(gbk.used, "gb18030");
  EXPECT_EQ(gbk.basis, "detected");
  EXPECT_EQ(Read("undeclared_eucjp.html").used, "euc-jp");
  EXPECT_EQ(Read("undeclared_euckr.html").used, "euc-kr");
  EXPECT_EQ(DecodeText("<p>靖安县</p>", "", true).used, "utf-8");
}

TEST(CharsetTest, Utf8IsCountedAsFarAsItTakes) {
  std::mt19937 random(20251119);
  int cut = 0;
  for (int round = 0; round < 300; ++round) {
    const size_t gb_share = random() % 101;
    std::string bytes;
    while (bytes.size() < 2'000) bytes += random() % 100 < gb_share ? "\xBE\xB8\xB0\xB2" : "靖安 ";
    size_t good = 0;
    size_t bad = 0;
    for (size_t at = 0; at < bytes.size();) {
      bool valid = true;
      const char32_t c = base::NextCodePoint(bytes, &at, &valid);
      if (!valid) ++bad;
      if (valid && c >= 0x80) ++good;
    }
    const Utf8Shape shape = MeasureUtf8(bytes);
    const size_t seen = shape.two_byte + shape.three_byte;
    EXPECT_EQ(shape.bad * kGoodPerBad <= seen, bad * kGoodPerBad <= good) << gb_share;
    EXPECT_EQ(shape.bad == 0, bad == 0) << gb_share;
    if (shape.bad == bad) {
      EXPECT_EQ(seen, good) << gb_share;
    } else {
      EXPECT_GT(bad * kGoodPerBad, good) << gb_share;
      ++cut;
    }
  }
  EXPECT_GT(cut, 150) << "most are no UTF-8 at all";
}

TEST(CharsetTest, BrokenBytesBecomeReplacementCharactersAndAreCounted) {
  std::string page = Fixture("declared_gbk_is_utf8.html");
  page.insert(page.find("</p>"), "\xB9\xE3\xB6");  // One caption in another encoding.
  const DecodedText text = DecodeText(page, "text/html; charset=utf-8", true);
  EXPECT_EQ(text.used, "utf-8") << "a broken caption does not make the page another encoding";
  EXPECT_EQ(text.replaced_count, 2U);
  size_t replaced = 0;
  EXPECT_EQ(ToUtf8("\x81<b>\xFF", "gbk", &replaced), "\uFFFD<b>\uFFFD")
      << "a lead byte swallows no markup";
  EXPECT_EQ(replaced, 2U);
}

TEST(CharsetTest, NulBytesAreHarmless) {
  const std::string page("<html>\0<body>\0\0a</body></html>\0", 32);
  EXPECT_EQ(DecodeText(page, "text/html; charset=utf-8", true).utf8, page);
}

TEST(CharsetTest, EncodingsThatMustNotBeDecodedGiveOneReplacement) {
  EXPECT_EQ(EncodingOfLabel("hz-gb-2312"), "replacement");
  size_t replaced = 0;
  EXPECT_EQ(ToUtf8("~{<script>~}", "hz-gb-2312", &replaced), "\uFFFD");
}

TEST(CharsetTest, EveryEncodingOfTheStandardHasAConverter) {
  for (const char* name :
       {"ibm866", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6",
        "iso-8859-7", "iso-8859-8", "iso-8859-8-i", "iso-8859-10", "iso-8859-13", "iso-8859-14",
        "iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u", "macintosh", "windows-874",
        "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
        "windows-1255", "windows-1256", "windows-1257", "windows-1258", "x-mac-cyrillic", "gbk",
        "gb18030", "big5", "euc-jp", "shift_jis", "euc-kr", "x-user-defined"}) {
    EXPECT_EQ(EncodingOfLabel(name), name);
    size_t replaced = 0;
    EXPECT_EQ(ToUtf8("<a>", name, &replaced), "<a>") << name;
    EXPECT_EQ(replaced, 0U) << name;
  }
  size_t replaced = 0;
  EXPECT_EQ(ToUtf8("\xF0\xD2\xC9\xD7\xC5\xD4", "koi8-r", &replaced), "Привет");
  EXPECT_EQ(ToUtf8("\xA4", "iso-8859-16", &replaced), "€");
  EXPECT_EQ(ToUtf8("\x82\xB1", "shift_jis", &replaced), "こ");
  EXPECT_EQ(ToUtf8("\x1B$B$3\x1B(B", "iso-2022-jp", &replaced), "こ");
  EXPECT_EQ(ToUtf8("\x80", "gbk", &replaced), "€");
}

TEST(CharsetPrescanTest, FollowsTheStandard) {
  EXPECT_EQ(EncodingOfMeta("<meta charset = 'gb2312' >"), "gbk");
  EXPECT_EQ(EncodingOfMeta("<META HTTP-EQUIV=Content-Type CONTENT='text/html;charset=big5'>"),
            "big5");
  EXPECT_EQ(EncodingOfMeta("<meta content='text/html;charset=big5'>"), "") << "no http-equiv";
  EXPECT_EQ(EncodingOfMeta("<!-- <meta charset=big5> --><meta charset=gbk>"), "gbk");
  EXPECT_EQ(EncodingOfMeta("<div title='<meta charset=big5>'><meta charset=gbk>"), "gbk");
  EXPECT_EQ(EncodingOfMeta("<meta charset=utf-16>"), "utf-8");
  EXPECT_EQ(EncodingOfMeta("<meta charset=nonsense><meta charset=gbk>"), "gbk");
  EXPECT_EQ(EncodingOfMeta("<meta charset="), "");
  EXPECT_EQ(EncodingOfXmlDeclaration("<?xml version='1.0' encoding='GB2312'?>"), "gbk");
}

TEST(ContentTypeTest, KindsComeFromTheHeaderAndElseFromTheBody) {
  EXPECT_EQ(FindBodyKind("text/html; charset=gbk", "%PDF-1.4"), BodyKind::kHtml);
  EXPECT_EQ(FindBodyKind("", " <!DOCTYPE HTML><p>"), BodyKind::kHtml);
  EXPECT_EQ(FindBodyKind("application/octet-stream", "%PDF-1.4\x01"), BodyKind::kOther);
  EXPECT_EQ(FindBodyKind("text/plain", "User-agent: *"), BodyKind::kText);
  EXPECT_EQ(FindBodyKind("application/rss+xml", ""), BodyKind::kXml);
  EXPECT_EQ(FindBodyKind("", "<?xml version='1.0'?><urlset/>"), BodyKind::kXml);
  EXPECT_EQ(FindBodyKind("application/json", ""), BodyKind::kJson);
  EXPECT_EQ(FindBodyKind("image/png", "<html>"), BodyKind::kOther);
  EXPECT_EQ(ParseContentType("Text/HTML ; x=y; charset='gbk'").charset, "gbk");
}

}  // namespace
}  // namespace signboard::decode
