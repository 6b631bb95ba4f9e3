// Bodies in chains: nobody who reads sees a difference, and the disk holds less.
#include "storage/archive/packer.h"

#include <random>
#include <thread>

#include "storage/archive/chains.h"
#include "storage/archive/host_dictionary.h"
#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

constexpr char kUrl[] = "http://www.jxja.gov.cn/xwzx/index.html";

// A list page of which each version has one row more on top and one less at its end.
std::string Version(int version, const std::string& title = "靖安县人民政府", int rows = 60) {
  std::string page = "<html><head><title>" + title + "</title></head><body><ul>\n";
  for (int i = version + rows; i > version; --i)
    page += "<li><a href=\"/xwzx/t" + std::to_string(i * 104'729) + ".html\">" + title + "第" +
            std::to_string(i * i) + "次国际传播会议</a>\n";
  return page + "</ul></body></html>";
}

class PackerTest : public ArchiveTest {
 protected:
  struct Kept {
    std::string id;
    std::string body;
  };

  void Pack() {
    const Status status = PackAll(*space_);
    ASSERT_TRUE(status.ok()) << base::ToString(status);
  }
  void KeepPage(const std::string& url, int64_t at, std::string body) {
    std::string id = Keep(Page(url, at, body));
    kept_.push_back({std::move(id), std::move(body)});
  }
  void ExpectAllReadable() {
    for (const Kept& one : kept_) {
      const auto body = Body(one.id);
      ASSERT_TRUE(body.ok()) << body.status();
      ASSERT_EQ(*body, one.body) << one.id;
    }
  }
  std::optional<ChainPlace> PlaceOfBody(const std::string& url, const std::string& body) {
    const Place place = PlaceOf(*space_, url).value();
    const auto kept = FindBody(*place.shard, place.slot, BodyKind::kDecoded, base::Sha256(body));
    return kept.ok() && *kept ? (*kept)->chained : std::nullopt;
  }
  // Keys and the bytes of values of a family, in the slot of a URL.
  std::pair<size_t, size_t> Sum(kv::Family family, const std::string& url = kUrl) {
    const Place place = PlaceOf(*space_, url).value();
    std::pair<size_t, size_t> sum;
    const auto cursor = ScanSlot(*place.shard, family, place.slot);
    for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
      ++sum.first;
      sum.second += cursor->value().size();
    }
    return sum;
  }

  std::vector<Kept> kept_;
};

TEST_F(PackerTest, VersionsOfAPageBecomeChainsOfPatches) {
  for (int i = 0; i < 40; ++i) KeepPage(kUrl, kNoon + i * kDay, Version(i));
  const size_t whole = Sum(kBodyFamily).second;
  Pack();
  EXPECT_EQ(Sum(kBodyFamily).first, 0U);
  EXPECT_EQ(Sum(kUnpackedFamily).first, 0U);
  EXPECT_EQ(Sum(kChainFamily).first, 40U);
  EXPECT_LT(Sum(kChainFamily).second * 5, whole);
  for (int i = 0; i < 40; ++i) {
    const auto place = PlaceOfBody(kUrl, Version(i));
    ASSERT_TRUE(place) << i;
    EXPECT_EQ(place->position, i % kChainLengthMax) << i;
    EXPECT_EQ(place->chain, static_cast<uint64_t>(i / kChainLengthMax)) << i;
  }
  ExpectAllReadable();
  Reopen();
  ExpectAllReadable();
  EXPECT_EQ(Stats().bodies(), 40U);
}

TEST_F(PackerTest, WhatComesLaterGoesBehindWhatIsThere) {
  for (int i = 0; i < 20; ++i) {
    KeepPage(kUrl, kNoon + i * kDay, Version(i));
    Pack();
  }
  EXPECT_EQ(PlaceOfBody(kUrl, Version(15))->position, 15);
  EXPECT_EQ(PlaceOfBody(kUrl, Version(16))->position, 0);
  EXPECT_EQ(PlaceOfBody(kUrl, Version(19))->position, 3);
  // Of a day between two that are kept: behind the last of the chain that the day before is in.
  KeepPage(kUrl, kNoon + 2 * kDay + 1'000, Version(100));
  KeepPage(kUrl, kNoon + 17 * kDay + 1'000, Version(17, "靖安县人民政府办公室"));
  // A revisit, and then a version: a patch of what the revisit says is still current.
  Keep([] {
    Capture capture = Bare(kUrl, kNoon + 20 * kDay, v1::OUTCOME_UNCHANGED, 304);
    return capture;
  }());
  KeepPage(kUrl, kNoon + 21 * kDay, Version(20));
  Pack();
  EXPECT_EQ(PlaceOfBody(kUrl, Version(100))->position, 0) << "its chain was full";
  EXPECT_EQ(PlaceOfBody(kUrl, Version(20))->chain, PlaceOfBody(kUrl, Version(19))->chain);
  EXPECT_GT(PlaceOfBody(kUrl, Version(20))->position, 3);
  ExpectAllReadable();
}

TEST_F(PackerTest, ABodyWithLittleInCommonBeginsAChain) {
  KeepPage(kUrl, kNoon, Version(0));
  KeepPage(kUrl, kNoon + kDay, base::RandomBytes(5'000));
  KeepPage(kUrl, kNoon + 2 * kDay, "");
  KeepPage(kUrl, kNoon + 3 * kDay, "short");
  Pack();
  EXPECT_EQ(PlaceOfBody(kUrl, kept_[1].body)->position, 0);
  ExpectAllReadable();
}

TEST_F(PackerTest, ThePagesOfAHostGetADictionary) {
  const auto url = [](int i) { return "http://www.jxja.gov.cn/t" + std::to_string(i) + ".html"; };
  const auto article = [](int i) {
    std::string text = Version(500, "靖安融媒", 20) + "<p>";
    std::mt19937 random(static_cast<unsigned>(i));
    for (int word = 0; word < 40; ++word) text += std::to_string(random()) + "，";
    return text;
  };
  const int first = static_cast<int>(kFirstTraining);
  for (int i = 0; i < first; ++i) KeepPage(url(i), kNoon, article(i));
  // Another host of the site, and too few pages of it.
  KeepPage("http://news.jxja.gov.cn/1.html", kNoon, article(1'000));
  Pack();
  const Place place = PlaceOf(*space_, kUrl).value();
  const HostRecord host = LoadHost(*place.shard, place.slot, HostOfSurt(place.surt)).value();
  EXPECT_EQ(host.keyframes, kFirstTraining);
  EXPECT_EQ(host.trained, kFirstTraining);
  ASSERT_EQ(host.dictionary.size(), kDictionaryIdBytes);
  const auto form_of = [&](int i) {
    const std::string value =
        place.shard->Get(kChainFamily, ChainKey(place.slot, *PlaceOfBody(url(i), article(i))))
            .value()
            .value();
    return ParseMember(value)->form;
  };
  EXPECT_EQ(form_of(0), MemberForm::kWithDictionary) << "made again with it";
  ExpectAllReadable();

  const size_t dictionary =
      place.shard->Get(kChainFamily, DictionaryKey(place.slot, host.dictionary)).value()->size();
  const size_t with = Sum(kChainFamily).second;
  KeepPage(url(first), kNoon, article(first));
  Pack();
  EXPECT_EQ(form_of(first), MemberForm::kWithDictionary);
  EXPECT_LT(Sum(kChainFamily).second - with, MakeKeyframe(article(first), nullptr).size() * 2 / 3);
  EXPECT_LE(dictionary, kDictionaryBytesMax);
  Reopen();
  ExpectAllReadable();
}

TEST_F(PackerTest, ADocumentThatABrowserMadeIsAVersionOfThePage) {
  for (int i = 0; i < 3; ++i) {
    Capture capture = Page(kUrl, kNoon + i * kDay, Version(i));
    capture.rendered = Version(i) + "<script>made()</script>";
    v1::RenderedFacts& rendered = *capture.header.mutable_snapshot()->mutable_rendered();
    rendered.set_sha256(base::Sha256(capture.rendered));
    rendered.set_bytes(capture.rendered.size());
    Keep(std::move(capture));
  }
  Pack();
  EXPECT_EQ(Sum(kBodyFamily).first, 0U);
  EXPECT_EQ(Sum(kChainFamily).first, 6U);
  for (int i = 0; i < 3; ++i) {
    const v1::Snapshot snapshot = Find(kUrl, kNoon + i * kDay).value();
    EXPECT_EQ(archive_->ReadBody(snapshot, v1::GetRequest::RENDERED).value(),
              Version(i) + "<script>made()</script>");
    EXPECT_EQ(archive_->ReadBody(snapshot, v1::GetRequest::DECODED).value(), Version(i));
  }
}

TEST_F(PackerTest, ALargeBodyStaysWhole) {
  KeepPage(kUrl, kNoon, base::RandomBytes(kMemberBytesMax + 1));
  KeepPage(kUrl, kNoon + kDay, Version(1));
  Pack();
  EXPECT_EQ(Sum(kBodyFamily).first, 1U);
  EXPECT_EQ(Sum(kUnpackedFamily).first, 0U);
  ExpectAllReadable();
}

// As an archive of schema version 4 is: nothing is noted as unpacked.
TEST_F(PackerTest, WhatAnOlderProgramKeptIsPackedToo) {
  for (int i = 0; i < 5; ++i) KeepPage(kUrl, kNoon + i * kDay, Version(i));
  const Place place = PlaceOf(*space_, kUrl).value();
  kv::Batch batch;
  batch.DeleteRange(kUnpackedFamily, kv::SlotKey(place.slot),
                    kv::SlotKey(static_cast<kv::Slot>(place.slot + 1)));
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  Pack();
  EXPECT_EQ(Sum(kBodyFamily).first, 0U);
  EXPECT_EQ(PlaceOfBody(kUrl, Version(4))->position, 4);
  ExpectAllReadable();
}

TEST_F(PackerTest, ADamagedMemberHidesThoseBehindItAlone) {
  for (int i = 0; i < 6; ++i) KeepPage(kUrl, kNoon + i * kDay, Version(i));
  Pack();
  const Place place = PlaceOf(*space_, kUrl).value();
  const std::string key = ChainKey(place.slot, *PlaceOfBody(kUrl, Version(3)));
  const std::string true_value = place.shard->Get(kChainFamily, key).value().value();
  kv::Batch batch;
  batch.Put(kChainFamily, key, MakePatch(Version(50), Version(2)));
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  for (int i = 0; i < 6; ++i) {
    const auto body = Body(kept_[i].id);
    if (i < 3) {
      EXPECT_EQ(body.value(), kept_[i].body);
    } else {
      EXPECT_EQ(body.status().code(), StatusCode::kDataLoss);
      EXPECT_THAT(body.status().message(), ::testing::HasSubstr(kept_[i].id));
    }
  }
  EXPECT_EQ(CheckSchema(*space_).code(), StatusCode::kDataLoss);
  // What comes then goes into a chain of its own.
  batch.Clear();
  batch.Delete(kChainFamily, key);
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  KeepPage(kUrl, kNoon + 6 * kDay, Version(6));
  Pack();
  EXPECT_EQ(Body(kept_[6].id).value(), Version(6));
  EXPECT_NE(PlaceOfBody(kUrl, Version(6))->chain, PlaceOfBody(kUrl, Version(5))->chain);
  batch.Clear();
  batch.Put(kChainFamily, key, true_value);
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  ExpectAllReadable();
}

TEST_F(PackerTest, ADamagedBodyIsLeftWhereItIs) {
  KeepPage(kUrl, kNoon, Version(0));
  KeepPage(kUrl, kNoon + kDay, Version(1));
  const Place place = PlaceOf(*space_, kUrl).value();
  const std::string key = BodyKey(place.slot, BodyKind::kDecoded, base::Sha256(Version(0)));
  const std::string true_value = place.shard->Get(kBodyFamily, key).value().value();
  kv::Batch batch;
  batch.Put(kBodyFamily, key, "fake");
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  Pack();
  EXPECT_EQ(Body(kept_[0].id).status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(Body(kept_[1].id).value(), Version(1));
  EXPECT_EQ(PlaceOfBody(kUrl, Version(1)), (ChainPlace{0, 0}));
  batch.Clear();
  batch.Put(kBodyFamily, key, true_value);
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  ExpectAllReadable();
}

TEST_F(PackerTest, ReadersAndWritersGoOnWhileItWorks) {
  const std::string urls[] = {kUrl, "http://www.jxja.gov.cn/a.html", "http://www.yichun.gov.cn/"};
  for (int i = 0; i < 30; ++i)
    for (const std::string& url : urls) KeepPage(url, kNoon + i * kDay, Version(i, url));
  const std::vector<Kept> before = kept_;
  std::atomic<bool> over{false};
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t) {
    readers.emplace_back([&, t] {
      for (size_t i = static_cast<size_t>(t); !over || i < before.size(); ++i) {
        const Kept& one = before[i % before.size()];
        const auto body = Body(one.id);
        ASSERT_TRUE(body.ok()) << body.status();
        ASSERT_EQ(*body, one.body);
      }
    });
  }
  {
    const Packer packer(*space_);
    for (int i = 30; i < 60; ++i)
      for (const std::string& url : urls) KeepPage(url, kNoon + i * kDay, Version(i, url));
    // The same bytes again are known, wherever they lie by then.
    for (const Kept& one : before) {
      Capture capture = Page(urls[0], kNoon + 100 * kDay + ToMillis(clock_.Now()) % 7, one.body);
      const auto reply = archive_->Store(std::move(capture));
      ASSERT_TRUE(reply.ok()) << reply.status();
    }
  }
  over = true;
  for (std::thread& reader : readers) reader.join();
  Pack();
  EXPECT_EQ(Sum(kBodyFamily).first, 0U);
  ExpectAllReadable();
}

}  // namespace
}  // namespace signboard::archive
