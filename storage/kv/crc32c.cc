#include "storage/kv/crc32c.h"

#include <rocksdb/file_checksum.h>

namespace signboard::kv {

struct Crc32cSum::State {
  std::unique_ptr<rocksdb::FileChecksumGenerator> sum;
};

Crc32cSum::Crc32cSum() : state_(std::make_unique<State>()) {
  static const auto kFactory = rocksdb::GetFileChecksumGenCrc32cFactory();
  state_->sum = kFactory->CreateFileChecksumGenerator({});
}

Crc32cSum::~Crc32cSum() = default;

void Crc32cSum::Update(std::string_view bytes) {
  state_->sum->Update(bytes.data(), bytes.size());
}

std::string Crc32cSum::Finish() {
  state_->sum->Finalize();
  return state_->sum->GetChecksum();
}

uint32_t Crc32c(std::string_view bytes) {
  Crc32cSum sum;
  sum.Update(bytes);
  uint32_t value = 0;
  for (const char c : sum.Finish()) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

}  // namespace signboard::kv
