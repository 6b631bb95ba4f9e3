#include "storage/archive/chains.h"

#include <list>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/mutex.h"

namespace signboard::archive {
namespace {

constexpr char kMemberKind = 'c';
constexpr char kDictionaryKind = 'd';

std::string ChainPrefix(kv::Slot slot, uint64_t chain) {
  std::string key = kv::SlotKey(slot);
  key.push_back(kMemberKind);
  base::AppendU64(&key, chain);
  return key;
}

std::string Where(kv::Slot slot, const ChainPlace& place) {
  return "place " + std::to_string(place.position) + " of chain " + std::to_string(place.chain) +
         " in slot " + std::to_string(slot);
}

// The dictionaries that were used last, of all archives of the process: an id stands for bytes.
class Dictionaries {
 public:
  std::shared_ptr<const Dictionary> Find(std::string_view id) {
    const base::MutexLock lock(mutex_);
    for (auto at = used_.begin(); at != used_.end(); ++at) {
      if ((*at)->id() != id) continue;
      used_.splice(used_.begin(), used_, at);
      return used_.front();
    }
    return nullptr;
  }
  void Add(std::shared_ptr<const Dictionary> dictionary) {
    const base::MutexLock lock(mutex_);
    used_.push_front(std::move(dictionary));
    if (used_.size() > kUsedMax) used_.pop_back();
  }

 private:
  static constexpr size_t kUsedMax = 64;
  base::Mutex mutex_;
  std::list<std::shared_ptr<const Dictionary>> used_ GUARDED_BY(mutex_);
};

Dictionaries& Shared() {
  static auto* const shared = new Dictionaries();
  return *shared;
}

}  // namespace

std::string Encode(const KeptBody& kept) {
  std::string row;
  base::AppendU64(&row, kept.bytes);
  if (kept.chained) {
    base::AppendU64(&row, kept.chained->chain);
    row.push_back(static_cast<char>(kept.chained->position));
  }
  return row;
}

StatusOr<KeptBody> DecodeKeptBody(std::string_view row) {
  base::KeyReader reader(row);
  KeptBody kept;
  ASSIGN_OR_RETURN(kept.bytes, reader.U64());
  if (reader.rest().empty()) return kept;
  kept.chained.emplace();
  ASSIGN_OR_RETURN(kept.chained->chain, reader.U64());
  ASSIGN_OR_RETURN(const std::string_view position, reader.Bytes(1));
  RETURN_IF_ERROR(reader.End());
  kept.chained->position = static_cast<uint8_t>(position.front());
  return kept;
}

StatusOr<std::optional<KeptBody>> FindBody(kv::Shard& shard, kv::Slot slot, BodyKind kind,
                                           std::string_view sha256, const kv::View* view) {
  ASSIGN_OR_RETURN(const std::optional<std::string> row,
                   shard.Get(kDigestFamily, BodyKey(slot, kind, sha256), view));
  if (!row) return std::optional<KeptBody>();
  auto kept = DecodeKeptBody(*row);
  if (!kept.ok())
    return base::Annotate(kept.status(), "digest entry of sha256 " + base::ToHex(sha256));
  return std::optional<KeptBody>(*kept);
}

std::string ChainKey(kv::Slot slot, const ChainPlace& place) {
  std::string key = ChainPrefix(slot, place.chain);
  key.push_back(static_cast<char>(place.position));
  return key;
}

std::string DictionaryKey(kv::Slot slot, std::string_view id) {
  std::string key = kv::SlotKey(slot);
  key.push_back(kDictionaryKind);
  key += id;
  return key;
}

StatusOr<std::string> ReadChained(kv::Shard& shard, kv::Slot slot, const ChainPlace& place,
                                  const kv::View* view) {
  kv::CursorOptions options;
  options.view = view;
  options.lower = ChainPrefix(slot, place.chain);
  options.upper = ChainKey(slot, place) + '\0';
  const auto cursor = shard.Scan(kChainFamily, std::move(options));
  std::string body;
  ChainPlace at{place.chain, 0};
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next(), ++at.position) {
    if (cursor->key() != ChainKey(slot, at)) break;
    const std::optional<Member> member = ParseMember(cursor->value());
    std::optional<std::string> next;
    if (member && (at.position > 0 || member->form != MemberForm::kPatch)) {
      std::shared_ptr<const Dictionary> dictionary;
      if (member->form == MemberForm::kWithDictionary) {
        ASSIGN_OR_RETURN(dictionary, LoadDictionary(shard, slot, member->dictionary_id));
      }
      next = DecodeMember(*member, body, dictionary.get());
    }
    if (!next) return base::DataLoss(Where(slot, at) + " does not decode");
    body = *std::move(next);
    if (at == place) return body;
  }
  RETURN_IF_ERROR(cursor->status());
  return base::DataLoss(Where(slot, at) + " is missing");
}

StatusOr<std::optional<uint8_t>> LastOfChain(kv::Shard& shard, kv::Slot slot, uint64_t chain) {
  kv::CursorOptions options;
  options.lower = ChainPrefix(slot, chain);
  options.upper = ChainPrefix(slot, chain + 1);
  const auto cursor = shard.Scan(kChainFamily, std::move(options));
  cursor->SeekToLast();
  if (!cursor->Valid()) {
    RETURN_IF_ERROR(cursor->status());
    return std::optional<uint8_t>();
  }
  return std::optional<uint8_t>(static_cast<uint8_t>(cursor->key().back()));
}

StatusOr<std::shared_ptr<const Dictionary>> LoadDictionary(kv::Shard& shard, kv::Slot slot,
                                                           std::string_view id) {
  if (auto known = Shared().Find(id)) return known;
  const std::string where =
      "dictionary " + base::ToHex(id) + " of slot " + std::to_string(slot);
  ASSIGN_OR_RETURN(std::optional<std::string> bytes,
                   shard.Get(kChainFamily, DictionaryKey(slot, id)));
  if (!bytes) return base::DataLoss(where + " is missing");
  auto dictionary = Dictionary::Make(*std::move(bytes));
  if (dictionary == nullptr || dictionary->id() != id)
    return base::DataLoss(where + " is damaged");
  Shared().Add(dictionary);
  return dictionary;
}

}  // namespace signboard::archive
