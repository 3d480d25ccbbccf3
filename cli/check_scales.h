/* SPDX-License-Identifier: Apache-2.0 */
/* check_scales.h: `check --scales`: do scores and words of each source belong together? */
#ifndef OPINIA_CLI_CHECK_SCALES_H
#define OPINIA_CLI_CHECK_SCALES_H

#include "cli/program.h"

/* ERR_NOTHING: something was reported. */
int check_scales(struct program *p, struct err *err);

#endif
