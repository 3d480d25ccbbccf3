/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_json_in.c: any bytes as JSON. A document that is taken must also be skipped whole,
 * and each of its texts must come out as UTF-8.
 */
#include <stdint.h>
#include <stdlib.h>

#include "core/json_in.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv bytes = { (const char *)data, size }, text;
	struct json_in j;
	struct arena a;
	enum json_event e, first;
	int64_t whole;

	arena_init(&a, 64 << 20);
	json_begin(&j, bytes);
	while ((e = json_next(&j)) > JSON_END) {
		if ((e == JSON_KEY || e == JSON_STRING) && json_text(&j, &a, &text) &&
		    !utf8_valid(text))
			abort();
		if (e == JSON_NUMBER)
			json_whole(j.text, &whole);
	}
	if (e == JSON_END) {
		json_begin(&j, bytes);
		first = json_next(&j);
		if ((first == JSON_OBJECT || first == JSON_ARRAY) &&
		    (!json_skip(&j, first) || json_next(&j) != JSON_END))
			abort();
	}
	arena_release(&a);
	return 0;
}
