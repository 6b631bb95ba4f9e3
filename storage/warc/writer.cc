#include "storage/warc/writer.h"

#include <zlib.h>

#include <algorithm>
#include <vector>

#include "proto/base/digest.h"

namespace signboard::warc {
namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;
constexpr int kGzipLevel = 6;
constexpr int kGzipFraming = 16;
constexpr int kMemLevel = 8;

// Counts and hashes what goes into the sink.
class Tap {
 public:
  explicit Tap(Sink& sink) : sink_(sink), hasher_(base::DigestKind::kSha256) {}
  Status Write(std::string_view bytes) {
    hasher_.Update(bytes);
    count_ += bytes.size();
    return sink_.Write(bytes);
  }
  uint64_t count() const { return count_; }
  std::string Digest() { return "sha256:" + base::ToHex(hasher_.Finish()); }

 private:
  Sink& sink_;
  base::Hasher hasher_;
  uint64_t count_ = 0;
};

class Deflater {
 public:
  Deflater() {
    good_ = deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, MAX_WBITS + kGzipFraming, kMemLevel,
                         Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  // The last one has `flush` Z_FINISH.
  Status Add(std::string_view bytes, int flush, Tap* tap) {
    if (!good_) return base::ResourceExhausted("no memory for zlib");
    do {
      const std::string_view piece = bytes.substr(0, kPieceBytes);
      bytes.remove_prefix(piece.size());
      RETURN_IF_ERROR(AddPiece(piece, bytes.empty() ? flush : Z_NO_FLUSH, tap));
    } while (!bytes.empty());
    return OkStatus();
  }

 private:
  Status AddPiece(std::string_view piece, int flush, Tap* tap) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
    stream_.avail_in = static_cast<uInt>(piece.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      deflate(&stream_, flush);
      RETURN_IF_ERROR(tap->Write({out_.data(), out_.size() - stream_.avail_out}));
    } while (stream_.avail_out == 0);
    return OkStatus();
  }

  z_stream stream_ = {};
  bool good_ = false;
  std::vector<char> out_ = std::vector<char>(kPieceBytes);
};

std::string HeaderOf(const RecordDraft& record) {
  std::string text = "WARC/1.1\r\n";
  AppendField(&text, "WARC-Type", record.type);
  AppendField(&text, "WARC-Record-ID", "<" + record.id + ">");
  AppendField(&text, "WARC-Date", base::FormatRfc3339(record.date));
  for (const auto& [name, value] : record.fields) AppendField(&text, name, value);
  base::Hasher hasher(base::DigestKind::kSha1);
  if (record.has_payload && !FindField(record.fields, "WARC-Payload-Digest")) {
    hasher.Update(record.body);
    AppendField(&text, "WARC-Payload-Digest", Sha1Name(hasher.Finish()));
  }
  hasher.Update(record.head);
  hasher.Update(record.body);
  AppendField(&text, "WARC-Block-Digest", Sha1Name(hasher.Finish()));
  if (!record.content_type.empty()) AppendField(&text, "Content-Type", record.content_type);
  AppendField(&text, "Content-Length", std::to_string(record.head.size() + record.body.size()));
  return text + "\r\n";
}

}  // namespace

StatusOr<Writer::Place> Writer::Write(const RecordDraft& record) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::string header = HeaderOf(record);
  Tap tap(sink_);
  if (coding_ == Coding::kPlain) {
    for (const std::string_view part : {std::string_view(header), record.head, record.body, kEnd})
      RETURN_IF_ERROR(tap.Write(part));
  } else {
    Deflater deflater;
    for (const std::string_view part : {std::string_view(header), record.head, record.body})
      RETURN_IF_ERROR(deflater.Add(part, Z_NO_FLUSH, &tap));
    RETURN_IF_ERROR(deflater.Add(kEnd, Z_FINISH, &tap));
  }
  const bool plain = coding_ == Coding::kPlain;
  Place place{offset_, tap.count() - (plain ? kEnd.size() : 0), tap.Digest()};
  offset_ += tap.count();
  return place;
}

Status WriteGzip(std::string_view bytes, Sink& sink) {
  Tap tap(sink);
  Deflater deflater;
  return deflater.Add(bytes, Z_FINISH, &tap);
}

}  // namespace signboard::warc
