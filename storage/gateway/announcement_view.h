// Announcements as the pages show them: what the template announcement_item.html is filled with.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "signboard/v1/register.pb.h"
#include "storage/gateway/pages.h"

namespace signboard::gateway {

// The centre's name as the Chinese text writes it, else its English name, else its place.
std::string AnnouncementName(const v1::Announcement& announcement, Language language);
// /announcements/<id>
std::string AnnouncementPath(const v1::Announcement& announcement);

// One announcement of a list.
PageData AnnouncementItem(const v1::Announcement& announcement, Language language);
// A source with the link to its kept version; quotes name it by its number.
PageData SourceItem(const v1::Source& source, int number, Language language);

// False where there is nothing to show: the template leaves the field out.
PageData Maybe(std::string text);

}  // namespace signboard::gateway
