// What a server answered, in words for people.
#pragma once

#include "deploy/signboard/cli.h"

namespace signboard::cli {

// Names the server when it could not be reached, or does not know what it was asked: another
// URLFrontier, for one. cli.h's Fail says so, too.
Status StatusOf(const Context& context, const grpc::Status& status);

}  // namespace signboard::cli
