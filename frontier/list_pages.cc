#include "frontier/list_pages.h"

#include <algorithm>
#include <limits>

namespace signboard::frontier {
namespace {

constexpr size_t kDigitsMax = 9;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

uint64_t PageNumber(std::string_view list_url, std::string_view url) {
  size_t at = 0;
  while (at < list_url.size() && at < url.size() && list_url[at] == url[at]) ++at;
  // Not from the midst of a number: page=1 and page=10.
  const bool in_number = (at < url.size() && IsDigit(url[at])) ||
                         (at < list_url.size() && IsDigit(list_url[at]));
  while (in_number && at > 0 && IsDigit(url[at - 1])) --at;
  while (at < url.size() && !IsDigit(url[at])) ++at;
  uint64_t number = 0;
  for (size_t digits = 0; at < url.size() && IsDigit(url[at]); ++at, ++digits) {
    if (digits == kDigitsMax) return 0;  // An id, or nonsense.
    number = number * 10 + static_cast<uint64_t>(url[at] - '0');
  }
  return number;
}

std::vector<uint32_t> PlacesInList(const std::string& list_url, const std::string& page_url,
                                   uint32_t page, const std::vector<std::string>& urls) {
  const uint64_t here = PageNumber(list_url, page_url);
  std::vector<uint64_t> numbers;
  numbers.reserve(urls.size());
  uint64_t step = std::numeric_limits<uint64_t>::max();
  for (const std::string& url : urls) {
    const uint64_t number = PageNumber(list_url, url);
    numbers.push_back(number);
    if (number > here) step = std::min(step, number - here);
  }
  std::vector<uint32_t> places;
  places.reserve(urls.size());
  for (const uint64_t number : numbers) {
    uint64_t place = page + uint64_t{1};  // No number: whatever it is, the next.
    if (number > here) {
      place = page + (number - here) / step;
    } else if (number > 0) {
      place = number == here || page <= 1 ? page : page - uint64_t{1};  // This one, or before it.
    }
    places.push_back(
        static_cast<uint32_t>(std::clamp<uint64_t>(place, 1, kListPageMax + uint64_t{1})));
  }
  return places;
}

}  // namespace signboard::frontier
