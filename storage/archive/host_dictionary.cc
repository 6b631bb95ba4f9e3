#include "storage/archive/host_dictionary.h"

#include <zdict.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "storage/archive/check_capture.h"
#include "storage/archive/snapshots.h"
#include "storage/index/nearest.h"

namespace signboard::archive {
namespace {

// What pages of a site share stands at their front and end; more of a page says little more.
constexpr size_t kSampleBytesMax = size_t{32} << 10;
// zstd asks for ten times a dictionary's size of samples at least.
constexpr size_t kSamplesPerByte = 10;
constexpr size_t kDictionaryBytesMin = 1'024;
constexpr uint64_t kPassedMax = 20'000;  // Index entries looked at for one dictionary.
constexpr size_t kRemadeBatchBytes = size_t{4} << 20;

std::string HostKey(kv::Slot slot, std::string_view host) {
  return kv::SlotKey(slot) + "host" + std::string(host);
}

// A keyframe of the host, as it is kept.
struct Keyframe {
  ChainPlace place;
  std::string body;
  bool plain = false;  // Made without a dictionary.
};

// Goes through the keyframes of a host in the order of its pages.
class HostWalk {
 public:
  HostWalk(kv::Shard& shard, kv::Slot slot, std::string_view host) : shard_(shard), slot_(slot) {
    kv::CursorOptions options;
    options.lower = kv::SlotKey(slot) + std::string(host);
    options.upper = options.lower;
    ++options.upper.back();  // A host ends with ')'.
    cursor_ = shard.Scan(index::kIndexFamily, std::move(options));
    cursor_->SeekToFirst();
  }

  // nullopt: there are no more.
  StatusOr<std::optional<Keyframe>> Next() {
    for (; cursor_->Valid() && passed_ < kPassedMax; ++passed_) {
      ASSIGN_OR_RETURN(const index::Capture capture, index::CaptureAt(*cursor_));
      cursor_->Next();
      if (!capture.record.has_body || capture.record.revisit) continue;
      ASSIGN_OR_RETURN(const auto snapshot, LoadSnapshot(shard_, capture.key));
      if (!snapshot || !KeepsBody(*snapshot)) continue;
      ASSIGN_OR_RETURN(std::optional<Keyframe> keyframe, KeyframeOf(snapshot->body_sha256()));
      if (keyframe) return keyframe;
    }
    RETURN_IF_ERROR(cursor_->status());
    return std::optional<Keyframe>();
  }

 private:
  StatusOr<std::optional<Keyframe>> KeyframeOf(const std::string& sha256) {
    std::optional<Keyframe> none;
    ASSIGN_OR_RETURN(const auto kept, FindBody(shard_, slot_, BodyKind::kDecoded, sha256));
    if (!kept || !kept->chained || kept->chained->position > 0) return none;
    ASSIGN_OR_RETURN(const auto value,
                     shard_.Get(kChainFamily, ChainKey(slot_, *kept->chained)));
    const auto member = value ? ParseMember(*value) : std::nullopt;
    auto body = ReadChained(shard_, slot_, *kept->chained);
    if (!member || !body.ok() || base::Sha256(*body) != sha256) return none;
    return std::optional<Keyframe>(
        Keyframe{*kept->chained, *std::move(body), member->form == MemberForm::kFrame});
  }

  kv::Shard& shard_;
  const kv::Slot slot_;
  std::unique_ptr<kv::Cursor> cursor_;
  uint64_t passed_ = 0;
};

// Some of the host's pages, one after the other, and how long each is.
struct Samples {
  std::string bytes;
  std::vector<size_t> sizes;
};

void AddSample(std::string_view body, Samples* samples) {
  const std::string_view front = body.substr(0, kSampleBytesMax / 2);
  const std::string_view rest = body.substr(front.size());
  const std::string_view end = rest.substr(rest.size() - std::min(rest.size(), front.size()));
  samples->bytes += front;
  samples->bytes += end;
  samples->sizes.push_back(front.size() + end.size());
}

StatusOr<Samples> TakeSamples(kv::Shard& shard, kv::Slot slot, std::string_view host,
                              uint64_t keyframes) {
  Samples samples;
  HostWalk walk(shard, slot, host);
  const uint64_t step = std::max<uint64_t>(1, keyframes / kSamplesMax);
  for (uint64_t i = 0; samples.sizes.size() < kSamplesMax; ++i) {
    ASSIGN_OR_RETURN(const std::optional<Keyframe> keyframe, walk.Next());
    if (!keyframe) break;
    if (i % step == 0) AddSample(keyframe->body, &samples);
  }
  return samples;
}

std::shared_ptr<const Dictionary> Train(const Samples& samples) {
  const size_t size = std::min(kDictionaryBytesMax, samples.bytes.size() / kSamplesPerByte);
  if (size < kDictionaryBytesMin) return nullptr;
  std::string bytes(size, '\0');
  const size_t made = ZDICT_trainFromBuffer(bytes.data(), bytes.size(), samples.bytes.data(),
                                            samples.sizes.data(),
                                            static_cast<unsigned>(samples.sizes.size()));
  if (ZDICT_isError(made) != 0) return nullptr;  // Pages that have nothing in common.
  bytes.resize(made);
  return Dictionary::Make(std::move(bytes));
}

// Keyframes that were made before there was a dictionary.
Status MakeAgain(kv::Shard& shard, kv::Slot slot, std::string_view host,
                 const Dictionary& dictionary) {
  HostWalk walk(shard, slot, host);
  kv::Batch batch;
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<Keyframe> keyframe, walk.Next());
    if (keyframe && keyframe->plain)
      batch.PutMoved(kChainFamily, ChainKey(slot, keyframe->place),
                     MakeKeyframe(keyframe->body, &dictionary));
    if (!batch.empty() && (!keyframe || batch.bytes() > kRemadeBatchBytes)) {
      RETURN_IF_ERROR(shard.Write(batch, kv::Durability::kBuffered));
      batch.Clear();
    }
    if (!keyframe) return OkStatus();
  }
}

}  // namespace

StatusOr<HostRecord> LoadHost(kv::Shard& shard, kv::Slot slot, std::string_view host) {
  HostRecord record;
  ASSIGN_OR_RETURN(const auto row, shard.Get(kMetaFamily, HostKey(slot, host)));
  if (!row) return record;
  base::KeyReader reader(*row);
  ASSIGN_OR_RETURN(record.keyframes, reader.U64());
  ASSIGN_OR_RETURN(record.trained, reader.U64());
  record.dictionary = reader.rest();
  return record;
}

void PutHost(kv::Slot slot, std::string_view host, const HostRecord& record, kv::Batch* batch) {
  std::string row;
  base::AppendU64(&row, record.keyframes);
  base::AppendU64(&row, record.trained);
  row += record.dictionary;
  batch->Put(kMetaFamily, HostKey(slot, host), row);
}

std::string_view HostOfSurt(std::string_view surt) {
  const size_t end = surt.find(')');
  return end == std::string_view::npos ? surt : surt.substr(0, end + 1);
}

Status TrainIfDue(kv::Shard& shard, kv::Slot slot, std::string_view host) {
  ASSIGN_OR_RETURN(HostRecord record, LoadHost(shard, slot, host));
  if (!record.IsDue() || !host.ends_with(')')) return OkStatus();
  ASSIGN_OR_RETURN(const Samples samples, TakeSamples(shard, slot, host, record.keyframes));
  const auto dictionary = Train(samples);
  const bool first = record.dictionary.empty();
  record.trained = record.keyframes;
  kv::Batch batch;
  if (dictionary != nullptr) {
    record.dictionary = dictionary->id();
    batch.Put(kChainFamily, DictionaryKey(slot, dictionary->id()), dictionary->bytes());
  }
  PutHost(slot, host, record, &batch);
  RETURN_IF_ERROR(shard.Write(batch, kv::Durability::kBuffered));
  if (dictionary == nullptr || !first) return OkStatus();
  return MakeAgain(shard, slot, host, *dictionary);
}

}  // namespace signboard::archive
