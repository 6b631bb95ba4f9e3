#include <utility>

#include "storage/kv/space.h"

namespace signboard::kv {

void Batch::Put(Family family, std::string_view key, std::string_view value) {
  PutMoved(family, key, std::string(value));
}

void Batch::PutMoved(Family family, std::string_view key, std::string value) {
  bytes_ += key.size() + value.size();
  operations_.push_back({Operation::Kind::kPut, family, std::string(key), std::move(value)});
}

void Batch::Delete(Family family, std::string_view key) {
  bytes_ += key.size();
  operations_.push_back({Operation::Kind::kDelete, family, std::string(key), {}});
}

void Batch::DeleteRange(Family family, std::string_view from, std::string_view to) {
  bytes_ += from.size() + to.size();
  operations_.push_back(
      {Operation::Kind::kDeleteRange, family, std::string(from), std::string(to)});
}

void Batch::Clear() {
  operations_.clear();
  bytes_ = 0;
}

}  // namespace signboard::kv
