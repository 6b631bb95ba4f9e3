#include "storage/warc/members.h"

#include <algorithm>
#include <array>

namespace signboard::warc {
namespace {

constexpr size_t kFirstWindowBytes = size_t{1} << 10;
constexpr size_t kWindowBytes = size_t{64} << 10;
constexpr size_t kDictionaryBytesMax = size_t{8} << 20;
constexpr std::string_view kGzipMagic("\x1f\x8b\x08", 3);
constexpr std::string_view kZstdMagic("\x28\xb5\x2f\xfd", 4);
constexpr std::string_view kRecordMagic = "WARC/";
constexpr uint32_t kSkippableFirst = 0x184D2A50;  // And the 15 after it.
constexpr uint32_t kDictionaryFrame = 0x184D2A5D;
constexpr size_t kFrameHeadBytes = 8;
// So much of a member is looked at to see whether it is one: its framing may be endless.
constexpr uint64_t kProbeBytes = 4'096;
constexpr size_t kBorderBytes = 8;  // More than any magic is long.

uint32_t LittleEndian(std::string_view bytes) {
  uint32_t number = 0;
  for (int i = 3; i >= 0; --i)
    number = number << 8 | static_cast<unsigned char>(bytes[static_cast<size_t>(i)]);
  return number;
}

bool IsSkippable(std::string_view head) {
  return head.size() >= kFrameHeadBytes && (LittleEndian(head) & ~15U) == kSkippableFirst;
}

std::string_view MagicOf(Members::Kind kind) {
  if (kind == Members::Kind::kGzip) return kGzipMagic;
  return kind == Members::Kind::kZstd ? kZstdMagic : kRecordMagic;
}

// Whether what was found at `hit` of a piece can be where a record begins: in plain text only at
// the beginning of a line. `offset` is its place in the file.
bool MayBegin(std::string_view piece, size_t hit, uint64_t offset) {
  const bool is_plain = piece.substr(hit).starts_with(kRecordMagic);
  if (!is_plain || offset == 0) return true;
  return hit > 0 && piece[hit - 1] == '\n';
}

}  // namespace

Members::Members(Source& source) : source_(source) {}

Status Members::Fill() {
  if (at_ < window_.size()) return OkStatus();
  window_.resize(fill_bytes_);
  fill_bytes_ = std::min(2 * fill_bytes_, kWindowBytes);
  at_ = 0;
  auto count = source_.ReadAt(offset_, window_.data(), window_.size());
  window_.resize(count.ok() ? *count : 0);
  return count.status();
}

// nullopt: of none. What a zstd file begins with, its dictionary, is one of its frames.
StatusOr<std::optional<Members::Kind>> Members::KindAt(uint64_t offset) {
  std::array<char, kFrameHeadBytes> bytes = {};
  ASSIGN_OR_RETURN(const size_t count, source_.ReadAt(offset, bytes.data(), bytes.size()));
  const std::string_view head(bytes.data(), count);
  for (const Kind kind : {Kind::kGzip, Kind::kZstd, Kind::kPlain})
    if (head.starts_with(MagicOf(kind))) return std::optional<Kind>(kind);
  return IsSkippable(head) ? std::optional<Kind>(Kind::kZstd) : std::nullopt;
}

Status Members::TakeDictionary(uint64_t offset, uint32_t bytes) {
  if (bytes > kDictionaryBytesMax) return base::DataLoss("its zstd dictionary is too large");
  std::string dictionary(bytes, '\0');
  ASSIGN_OR_RETURN(const size_t count, source_.ReadAt(offset, dictionary.data(), bytes));
  if (count < bytes) return base::DataLoss("its zstd dictionary ends early");
  if (dictionary.starts_with(kZstdMagic)) {
    ASSIGN_OR_RETURN(dictionary, UnpackZstd(dictionary, kDictionaryBytesMax));
  }
  dictionary_ = MakeZstdDictionary(dictionary);
  return OkStatus();
}

// Past skippable frames at `offset_`. False: the file ends behind them.
StatusOr<bool> Members::SkipFrames() {
  while (true) {
    std::array<char, kFrameHeadBytes> bytes = {};
    ASSIGN_OR_RETURN(const size_t count, source_.ReadAt(offset_, bytes.data(), bytes.size()));
    const std::string_view head(bytes.data(), count);
    if (head.empty()) return false;
    if (!IsSkippable(head)) return true;
    const uint32_t length = LittleEndian(head.substr(4));
    if (offset_ == 0 && LittleEndian(head) == kDictionaryFrame)
      RETURN_IF_ERROR(TakeDictionary(offset_ + kFrameHeadBytes, length));
    offset_ += kFrameHeadBytes + length;
  }
}

void Members::ChooseInflater() {
  inflater_ = nullptr;
  if (kind_ == Kind::kPlain) return;
  std::unique_ptr<Inflater>& mine = kind_ == Kind::kGzip ? gzip_ : zstd_;
  if (mine == nullptr)
    mine = kind_ == Kind::kGzip ? MakeGzipInflater() : MakeZstdInflater(dictionary_);
  mine->Reset();
  inflater_ = mine.get();
}

StatusOr<bool> Members::Enter(uint64_t offset) {
  // Frames need the dictionary of the file's beginning wherever one starts to read.
  if (!began_) {
    began_ = true;
    ASSIGN_OR_RETURN(first_kind_, KindAt(0));
    offset_ = 0;
    if (first_kind_ == Kind::kZstd) RETURN_IF_ERROR(SkipFrames().status());
  }
  offset_ = offset;
  window_.clear();
  at_ = 0;
  fill_bytes_ = kFirstWindowBytes;
  ended_ = true;
  ASSIGN_OR_RETURN(const std::optional<Kind> kind, KindAt(offset));
  if (!kind) {
    RETURN_IF_ERROR(Fill());
    if (window_.empty()) return false;
    return base::DataLoss("neither a WARC record nor gzip nor zstd begins there");
  }
  kind_ = *kind;
  if (kind_ == Kind::kZstd) {
    ASSIGN_OR_RETURN(const bool more, SkipFrames());
    if (!more) return false;
  }
  ChooseInflater();
  ended_ = false;
  return true;
}

StatusOr<size_t> Members::Read(char* into, size_t count) {
  while (!ended_) {
    if (offset_ >= most_) return base::DataLoss("its framing is too long");
    RETURN_IF_ERROR(Fill());
    const std::string_view input = std::string_view(window_).substr(at_);
    if (inflater_ == nullptr) {
      const size_t given = input.copy(into, count);
      at_ += given;
      offset_ += given;
      ended_ = given == 0;
      return given;
    }
    ASSIGN_OR_RETURN(const Inflater::Step step, inflater_->Inflate(input, into, count));
    at_ += step.taken;
    offset_ += step.taken;
    ended_ = step.ended;
    if (step.given > 0 || ended_) return step.given;
    if (step.taken == 0 && input.empty()) {
      return base::DataLoss(kind_ == Kind::kGzip ? "its gzip member ends early"
                                                 : "its zstd frame ends early");
    }
  }
  return size_t{0};
}

StatusOr<bool> Members::BeginsRecord(uint64_t offset) {
  auto entered = Enter(offset);
  if (!entered.ok() && entered.status().code() != StatusCode::kDataLoss) return entered.status();
  if (!entered.ok() || !*entered) return false;
  std::array<char, kRecordMagic.size()> head = {};
  size_t got = 0;
  while (got < head.size()) {
    auto count = Read(head.data() + got, head.size() - got);
    if (!count.ok() && count.status().code() != StatusCode::kDataLoss) return count.status();
    if (!count.ok() || *count == 0) return false;
    got += *count;
  }
  return std::string_view(head.data(), head.size()) == kRecordMagic;
}

StatusOr<std::optional<uint64_t>> Members::Find(uint64_t from) {
  const std::string_view magic = MagicOf(first_kind_.value_or(kind_));
  std::string piece;
  size_t piece_bytes = kFirstWindowBytes;
  // From one byte before: a line's beginning is seen by what stands before it.
  for (uint64_t at = from > 0 ? from - 1 : 0;;) {
    piece.resize(piece_bytes);
    ASSIGN_OR_RETURN(const size_t count, source_.ReadAt(at, piece.data(), piece.size()));
    piece.resize(count);
    for (size_t hit = piece.find(magic); hit != std::string::npos;
         hit = piece.find(magic, hit + 1)) {
      if (at + hit < from || !MayBegin(piece, hit, at + hit)) continue;
      most_ = at + hit + kProbeBytes;
      const auto found = BeginsRecord(at + hit);
      most_ = UINT64_MAX;
      if (!found.ok()) return found.status();
      if (*found) return std::optional<uint64_t>(at + hit);
    }
    if (count < piece_bytes) return std::optional<uint64_t>();
    // What may lie across the border is looked at again.
    at += piece_bytes - kBorderBytes;
    piece_bytes = std::min(2 * piece_bytes, kWindowBytes);
  }
}

}  // namespace signboard::warc
