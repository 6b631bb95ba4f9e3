#include "storage/register/page.h"

namespace signboard::registry {

StatusOr<uint32_t> ListLimit(uint32_t asked) {
  if (asked == 0) return kListDefault;
  if (asked > kListMax) {
    return base::InvalidArgument("limit " + std::to_string(asked) + " is more than " +
                                 std::to_string(kListMax));
  }
  return asked;
}

}  // namespace signboard::registry
