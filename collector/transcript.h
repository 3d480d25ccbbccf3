/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transcript.h: what the customer said, out of a file that a speech recogniser wrote: Vosk's JSON
 * (a document an utterance), Whisper's JSON, WebVTT, SRT. What Whisper itself would doubt (its
 * own thresholds) is left out: silence makes it invent sentences. Pure functions.
 */
#ifndef OPINIA_COLLECTOR_TRANSCRIPT_H
#define OPINIA_COLLECTOR_TRANSCRIPT_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/sv.h"

struct transcript {
	struct buf text;    /* the turns, a blank between them */
	struct sv language; /* of Whisper; in the arena */
	uint64_t doubted;   /* segments left out */
	uint64_t others;    /* turns of somebody else */
};

/*
 * @speakers: "Client|Customer", whose turns count; empty: all. Turns without a name belong to
 * the one before. ERR_INPUT: it is none of these formats.
 */
int transcript_read(struct sv bytes, struct sv speakers, struct arena *a,
		    struct transcript *out, struct err *err);

#endif
