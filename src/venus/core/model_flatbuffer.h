// The generated FlatBuffers code. Every file that needs it includes it from here, so that all see the same settings.
#pragma once

// Files are verified before use; what is left are assertions that a hostile file must not be able to trigger.
#define FLATBUFFERS_ASSERT(condition) static_cast<void>(0)
#include "model_generated.h"
