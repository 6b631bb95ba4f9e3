// What goes through everything that is kept must not be felt by those who ask for something.
//
// Threads: of the calling one alone. Linux gives each thread priorities of its own.
#pragma once

namespace signboard::archive {

// The calling thread runs when no other would, and reads when no other does, where the disk's
// scheduler knows priorities.
void TakeLeastPriority();

}  // namespace signboard::archive
