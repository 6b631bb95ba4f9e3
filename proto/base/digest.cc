#include "proto/base/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "proto/base/text.h"

namespace signboard::base {
namespace {

// A process that cannot hash or draw random numbers can keep nothing and prove nothing.
void Must(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "signboard: OpenSSL cannot %s\n", what);
  std::abort();
}

// Fetched once: a search through OpenSSL's providers for every digest costs more than the digest.
const EVP_MD* MethodOf(DigestKind kind) {
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  const EVP_MD* method = kind == DigestKind::kSha1 ? sha1 : sha256;
  Must(method != nullptr, "compute SHA-1 and SHA-256");
  return method;
}

std::string DigestOf(DigestKind kind, std::string_view bytes) {
  std::string out(kind == DigestKind::kSha1 ? kSha1Bytes : kSha256Bytes, '\0');
  Must(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr,
                  MethodOf(kind), nullptr) == 1,
       "compute a digest");
  return out;
}

Status BadText(const char* what, size_t at, const char* why) {
  return InvalidArgument(std::string(what) + " at byte " + std::to_string(at) + ": " + why);
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// RFC 4648 in both its larger alphabets: letters of `bits` bits, in groups that end on a byte.
struct Alphabet {
  const char* name;
  std::string_view letters;
  unsigned bits;
  size_t group;
};
constexpr Alphabet kBase32 = {"base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8};
constexpr Alphabet kBase64 = {
    "base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6, 4};

std::string Encode(const Alphabet& a, std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 8 / a.bits + a.group) / a.group * a.group);
  const unsigned mask = (1U << a.bits) - 1;
  unsigned held = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    held = (held << 8 | static_cast<uint8_t>(c)) & 0xFFFF;
    for (count += 8; count >= a.bits; count -= a.bits)
      out += a.letters[held >> (count - a.bits) & mask];
  }
  if (count > 0) out += a.letters[held << (a.bits - count) & mask];
  while (out.size() % a.group != 0) out += '=';
  return out;
}

StatusOr<std::string> Decode(const Alphabet& a, std::string_view text) {
  const std::string_view letters = text.substr(0, text.find_last_not_of('=') + 1);
  if (text.size() % a.group != 0)
    return BadText(a.name, text.size(), "the last group is not complete");
  if (text.size() - letters.size() >= a.group) return BadText(a.name, letters.size(), "padding");
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < a.letters.size(); ++i)
    values[static_cast<uint8_t>(a.letters[i])] = static_cast<int8_t>(i);
  std::string out;
  out.reserve(letters.size() * a.bits / 8);
  unsigned held = 0;
  unsigned count = 0;
  for (size_t i = 0; i < letters.size(); ++i) {
    const int value = values[static_cast<uint8_t>(letters[i])];
    if (value < 0) return BadText(a.name, i, "no letter of the alphabet");
    held = (held << a.bits | static_cast<unsigned>(value)) & 0xFFFF;
    count += a.bits;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(held >> count & 0xFF);
    }
  }
  // A whole letter to spare, or bits set in what is spare: no encoder writes that.
  if (count >= a.bits || (held & ((1U << count) - 1)) != 0)
    return BadText(a.name, letters.size(), "bits are left over");
  return out;
}

}  // namespace

std::string Sha1(std::string_view bytes) { return DigestOf(DigestKind::kSha1, bytes); }
std::string Sha256(std::string_view bytes) { return DigestOf(DigestKind::kSha256, bytes); }

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  std::string out(kSha256Bytes, '\0');
  size_t size = 0;
  // For an empty key OpenSSL wants a place that holds none.
  Must(EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.empty() ? "" : key.data(),
                 key.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                 reinterpret_cast<unsigned char*>(out.data()), out.size(), &size) != nullptr &&
           size == out.size(),
       "compute an HMAC");
  return out;
}

struct Hasher::State {
  DigestKind kind;
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  explicit State(DigestKind k) : kind(k) { Begin(); }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  void Begin() const {
    Must(context != nullptr && EVP_DigestInit_ex2(context, MethodOf(kind), nullptr) == 1,
         "begin a digest");
  }
};

Hasher::Hasher(DigestKind kind) : state_(std::make_unique<State>(kind)) {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::Update(std::string_view bytes) {
  Must(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1, "compute a digest");
}

std::string Hasher::Finish() {
  std::string out(state_->kind == DigestKind::kSha1 ? kSha1Bytes : kSha256Bytes, '\0');
  Must(EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(out.data()),
                          nullptr) == 1,
       "finish a digest");
  state_->Begin();
  return out;
}

uint64_t Fingerprint64(std::string_view bytes) {
  uint64_t value = 0;
  const std::string digest = Sha256(bytes);
  for (size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<uint8_t>(digest[i]);
  return value;
}

std::string RandomBytes(size_t count) {
  std::string out(count, '\0');
  Must(RAND_bytes_ex(nullptr, reinterpret_cast<unsigned char*>(out.data()), count, 0) == 1,
       "draw random numbers");
  return out;
}

std::string ToHex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += kDigits[static_cast<uint8_t>(c) >> 4];
    out += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

StatusOr<std::string> FromHex(std::string_view text) {
  if (text.size() % 2 != 0) return BadText("hexadecimal", text.size(), "half a byte");
  std::string out;
  out.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = HexValue(text[i]);
    const int low = HexValue(text[i + 1]);
    if (high < 0 || low < 0) return BadText("hexadecimal", high < 0 ? i : i + 1, "no digit");
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

std::string ToBase32(std::string_view bytes) { return Encode(kBase32, bytes); }
std::string ToBase64(std::string_view bytes) { return Encode(kBase64, bytes); }

StatusOr<std::string> FromBase32(std::string_view text) {
  // Archives compare digests without regard to case, and some leave the padding out.
  std::string whole = ToUpperAscii(text);
  if (whole.find('=') == std::string::npos) {
    while (whole.size() % kBase32.group != 0) whole += '=';
  }
  return Decode(kBase32, whole);
}

StatusOr<std::string> FromBase64(std::string_view text) { return Decode(kBase64, text); }

}  // namespace signboard::base
