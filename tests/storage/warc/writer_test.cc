#include "storage/warc/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "proto/base/digest.h"
#include "tests/storage/warc/sample_warc.h"

namespace signboard::warc {
namespace {

RecordDraft Draft() {
  RecordDraft draft;
  draft.type = "response";
  draft.id = UuidUrn(std::string(16, '\x01'));
  draft.date = base::FromMillis(1763435045123);
  draft.content_type = "application/http; msgtype=response";
  draft.fields = {{"WARC-Target-URI", "http://a.cn/"}};
  draft.head = "HTTP/1.1 200 OK\r\n\r\n";
  draft.body = "hello";
  draft.has_payload = true;
  return draft;
}

TEST(WarcWriterTest, WritesWhatTheStandardAsksFor) {
  TextSink sink;
  Writer writer(sink, Writer::Coding::kPlain);
  ASSERT_TRUE(writer.Write(Draft()).ok());
  EXPECT_EQ(sink.text,
            "WARC/1.1\r\nWARC-Type: response\r\n"
            "WARC-Record-ID: <urn:uuid:01010101-0101-0101-0101-010101010101>\r\n"
            "WARC-Date: 2025-11-18T03:04:05.123Z\r\nWARC-Target-URI: http://a.cn/\r\n"
            "WARC-Payload-Digest: sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N\r\n"
            "WARC-Block-Digest: " + Sha1Name(base::Sha1("HTTP/1.1 200 OK\r\n\r\nhello")) +
            "\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: 24\r\n\r\n"
            "HTTP/1.1 200 OK\r\n\r\nhello\r\n\r\n");
}

TEST(WarcWriterTest, EachRecordStandsAlone) {
  TextSink sink;
  Writer writer(sink, Writer::Coding::kGzip);
  const auto first = writer.Write(Draft());
  RecordDraft large = Draft();
  const std::string body(1'000'000, 'x');
  large.body = body;
  const auto second = writer.Write(large);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(second->offset, first->bytes);
  EXPECT_EQ(writer.bytes(), sink.text.size());
  const std::string_view part =
      std::string_view(sink.text).substr(second->offset, second->bytes);
  EXPECT_EQ(second->record_digest, "sha256:" + base::ToHex(base::Sha256(part)));
  EXPECT_THAT(Story(part), ::testing::ElementsAre("0 response http://a.cn/ 1000019"));
  EXPECT_THAT(Story(sink.text), ::testing::SizeIs(2));
}

TEST(WarcWriterTest, AFileHasItsNameOnlyWhenItIsWhole) {
  const auto folder = std::filesystem::temp_directory_path() /
                      ("warc_writer_" + base::ToHex(base::RandomBytes(8)));
  std::filesystem::create_directory(folder);
  const std::string path = folder / "x.warc";
  std::ofstream(path) << "old";
  {
    auto sink = FileSink::Create(path);
    ASSERT_TRUE(sink.ok());
    ASSERT_TRUE((*sink)->Write("never finished").ok());
  }
  EXPECT_EQ(std::filesystem::file_size(path), 3U);
  auto sink = FileSink::Create(path);
  ASSERT_TRUE(sink.ok() && (*sink)->Write("whole").ok() && (*sink)->Finish().ok());
  EXPECT_EQ(std::filesystem::file_size(path), 5U);
  auto source = FileSource::Open(path);
  ASSERT_TRUE(source.ok());
  char bytes[8] = {};
  EXPECT_EQ(*(*source)->ReadAt(1, bytes, sizeof(bytes)), 4U);
  EXPECT_STREQ(bytes, "hole");
  EXPECT_EQ(FileSource::Open(folder).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(FileSource::Open(path + "x").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace signboard::warc
