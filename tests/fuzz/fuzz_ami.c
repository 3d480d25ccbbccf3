/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_ami.c: any bytes as messages of a manager interface. What must hold besides not crashing:
 * keys and values are trimmed, inside the text, and a key is found again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "collector/ami_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ami_message m;
	struct sv rest = { (const char *)data, size };

	while (rest.n) {
		ptrdiff_t end = sv_find(rest, SV("\r\n\r\n"));
		size_t n = end < 0 ? rest.n : (size_t)end + 4;

		ami_message_parse(sv_sub(rest, 0, n), &m);
		if (m.count > AMI_PAIRS_MAX)
			abort();
		for (size_t i = 0; i < m.count; i++) {
			struct sv key = m.pair[i].key, value = m.pair[i].value;

			if (!key.n || key.p < rest.p || key.p + key.n > rest.p + n ||
			    (value.n && value.p + value.n > rest.p + n) ||
			    !sv_eq(sv_trim(value), value))
				abort();
		}
		(void)ami_value(&m, "UserEvent");
		rest = sv_sub(rest, n, rest.n);
	}
	return 0;
}
