/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_json_quick.c: what our walker builds of any bytes, the library builds, too: value for value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/json_quick.h"
#include "collector/map_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv bytes = { (const char *)data, size };
	json_t *ours, *theirs;
	struct arena a;

	if (!size || map_json_deep(bytes))
		return 0;
	arena_init(&a, 64 << 20);
	ours = json_quick(bytes, &a);
	if (ours) {
		theirs = json_loadb(bytes.p, bytes.n, 0, NULL);
		if (!theirs || !json_equal(ours, theirs))
			abort();
		json_decref(theirs);
		json_decref(ours);
	}
	arena_release(&a);
	return 0;
}
