// The bytes of one member of a chain (storage/archive/chains.h): a keyframe, which stands alone or
// with a dictionary, or a patch, which says how the body differs from the member before it.
//
//   form:1  'r' bytes  |  'z' frame  |  'd' dictionary:8 frame  |  'p' frame
//
// Frames are zstd's (RFC 8878); a patch is one with the other body as its prefix. Who reads them
// compares the body with its SHA-256: nothing here proves it.
//
// Threads: pure functions; a Dictionary is safe from any.
// Errors:  none; bytes that no encoder wrote give nullopt.
// Cost:    a keyframe some ms for 100 KB, a patch less; decoding a tenth of that.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ZSTD_DDict_s;

namespace signboard::archive {

// Larger bodies are kept whole: whoever decodes a patch holds two of them.
inline constexpr size_t kMemberBytesMax = size_t{8} << 20;
inline constexpr size_t kDictionaryIdBytes = 8;
inline constexpr size_t kDictionaryBytesMax = size_t{64} << 10;

// What the pages of a host have in common, trained from some of them.
class Dictionary {
 public:
  // null: zstd cannot use the bytes.
  static std::shared_ptr<const Dictionary> Make(std::string bytes);
  ~Dictionary();
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  const std::string& bytes() const { return bytes_; }
  // The first bytes of their SHA-256.
  const std::string& id() const { return id_; }
  const ZSTD_DDict_s* prepared() const { return prepared_; }

 private:
  explicit Dictionary(std::string bytes);
  const std::string bytes_;
  const std::string id_;
  ZSTD_DDict_s* prepared_ = nullptr;
};

// `dictionary` may be null.
std::string MakeKeyframe(std::string_view bytes, const Dictionary* dictionary);
// Long when the two have little in common.
std::string MakePatch(std::string_view bytes, std::string_view base);

enum class MemberForm { kRaw, kFrame, kWithDictionary, kPatch };
struct Member {
  MemberForm form = MemberForm::kRaw;
  std::string_view dictionary_id;  // Of kWithDictionary.
  std::string_view frame;
};
std::optional<Member> ParseMember(std::string_view value);

// The body. `base` is that of the member before, of a patch; `dictionary` that of a keyframe with
// one.
std::optional<std::string> DecodeMember(const Member& member, std::string_view base,
                                        const Dictionary* dictionary);

}  // namespace signboard::archive
