#include "storage/archive/frames.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "proto/base/digest.h"

namespace signboard::archive {
namespace {

// Measured on county pages: a patch gains nothing above 9, a keyframe a tenth from 3 to 12 and
// hardly more above.
constexpr int kPatchLevel = 9;
constexpr int kKeyframeLevel = 12;
constexpr char kRaw = 'r';
constexpr char kFrame = 'z';
constexpr char kWithDictionary = 'd';
constexpr char kPatch = 'p';

struct FreeZstd {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
using Compressor = std::unique_ptr<ZSTD_CCtx, FreeZstd>;
using Decompressor = std::unique_ptr<ZSTD_DCtx, FreeZstd>;

Compressor MakeCompressor(int level) {
  Compressor context(ZSTD_createCCtx());
  if (context == nullptr) return context;
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_dictIDFlag, 0);
  return context;
}

// `head` and the frame behind it. Empty: it cannot be made.
std::string Compress(ZSTD_CCtx* context, std::string head, std::string_view bytes) {
  const size_t at = head.size();
  head.resize(at + ZSTD_compressBound(bytes.size()));
  const size_t size = ZSTD_compress2(context, head.data() + at, head.size() - at, bytes.data(),
                                     bytes.size());
  if (ZSTD_isError(size) != 0) return "";
  head.resize(at + size);
  head.shrink_to_fit();
  return head;
}

// How long the body of a frame says it is; nullopt: it does not, or too long.
std::optional<size_t> BodyBytes(std::string_view frame) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > kMemberBytesMax)
    return std::nullopt;
  return static_cast<size_t>(size);
}

}  // namespace

Dictionary::Dictionary(std::string bytes)
    : bytes_(std::move(bytes)), id_(base::Sha256(bytes_).substr(0, kDictionaryIdBytes)) {}

Dictionary::~Dictionary() { ZSTD_freeDDict(prepared_); }

std::shared_ptr<const Dictionary> Dictionary::Make(std::string bytes) {
  std::shared_ptr<Dictionary> made(new Dictionary(std::move(bytes)));
  made->prepared_ = ZSTD_createDDict(made->bytes_.data(), made->bytes_.size());
  if (made->prepared_ == nullptr) return nullptr;
  return made;
}

std::string MakeKeyframe(std::string_view bytes, const Dictionary* dictionary) {
  std::string head(1, dictionary == nullptr ? kFrame : kWithDictionary);
  if (dictionary != nullptr) head += dictionary->id();
  std::string made;
  const Compressor context = MakeCompressor(kKeyframeLevel);
  const bool ready =
      context != nullptr &&
      (dictionary == nullptr ||
       ZSTD_isError(ZSTD_CCtx_loadDictionary(
           context.get(), dictionary->bytes().data(), dictionary->bytes().size())) == 0);
  if (ready) made = Compress(context.get(), std::move(head), bytes);
  if (!made.empty() && made.size() <= bytes.size()) return made;
  return kRaw + std::string(bytes);
}

std::string MakePatch(std::string_view bytes, std::string_view base) {
  const Compressor context = MakeCompressor(kPatchLevel);
  std::string made;
  if (context != nullptr) {
    // The window holds both, or what they share lies out of reach.
    const auto window = static_cast<int>(std::bit_width(bytes.size() + base.size()));
    const ZSTD_bounds bounds = ZSTD_cParam_getBounds(ZSTD_c_windowLog);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog,
                           std::clamp(window, bounds.lowerBound, bounds.upperBound));
    if (ZSTD_isError(ZSTD_CCtx_refPrefix(context.get(), base.data(), base.size())) == 0)
      made = Compress(context.get(), std::string(1, kPatch), bytes);
  }
  return made.empty() ? kRaw + std::string(bytes) : made;
}

std::optional<Member> ParseMember(std::string_view value) {
  if (value.empty()) return std::nullopt;
  const std::string_view rest = value.substr(1);
  switch (value.front()) {
    case kRaw: return Member{MemberForm::kRaw, {}, rest};
    case kFrame: return Member{MemberForm::kFrame, {}, rest};
    case kPatch: return Member{MemberForm::kPatch, {}, rest};
    case kWithDictionary:
      if (rest.size() < kDictionaryIdBytes) return std::nullopt;
      return Member{MemberForm::kWithDictionary, rest.substr(0, kDictionaryIdBytes),
                    rest.substr(kDictionaryIdBytes)};
    default: return std::nullopt;
  }
}

std::optional<std::string> DecodeMember(const Member& member, std::string_view base,
                                        const Dictionary* dictionary) {
  if (member.form == MemberForm::kRaw) return std::string(member.frame);
  const std::optional<size_t> size = BodyBytes(member.frame);
  const Decompressor context(ZSTD_createDCtx());
  if (!size || context == nullptr) return std::nullopt;
  if (member.form == MemberForm::kPatch) {
    ZSTD_DCtx_refPrefix(context.get(), base.data(), base.size());
  } else if (member.form == MemberForm::kWithDictionary) {
    if (dictionary == nullptr) return std::nullopt;
    ZSTD_DCtx_refDDict(context.get(), dictionary->prepared());
  }
  std::string bytes(*size, '\0');
  const size_t done = ZSTD_decompressDCtx(context.get(), bytes.data(), bytes.size(),
                                          member.frame.data(), member.frame.size());
  if (ZSTD_isError(done) != 0 || done != bytes.size()) return std::nullopt;
  return bytes;
}

}  // namespace signboard::archive
