/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_out.h: writes JSON straight into a buffer: escapes and numbers, nothing else. What is no
 * UTF-8 is written as U+FFFD, so the output is always valid.
 */
#ifndef OPINIA_CORE_JSON_OUT_H
#define OPINIA_CORE_JSON_OUT_H

#include "core/buf.h"

void json_put_text(struct buf *b, struct sv s); /* with its quotes */
void json_put_key(struct buf *b,
		  const char *key); /* `"key":`; a comma before it where one is due */
void json_put_number(struct buf *b, double v,
		     int decimals);		   /* shortest; null when not finite */
void json_put_milli(struct buf *b, int32_t milli); /* thousandths: -620 gives -0.62 */

#endif
