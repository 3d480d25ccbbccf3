/* SPDX-License-Identifier: Apache-2.0 */
/* gen_text.h: one invented comment: the way of words of a language, with what people do to it. */
#ifndef OPINIA_BENCH_GEN_TEXT_H
#define OPINIA_BENCH_GEN_TEXT_H

#include "bench/gen_vocabulary.h"
#include "core/buf.h"

/* A comment of about @mean bytes behind what is in @out. Counts the forms it uses in @v. */
void gen_text(struct vocabulary *v, struct random *r, uint32_t mean, struct buf *out);

#endif
