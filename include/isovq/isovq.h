/* isovq measures video quality, with the same score to the last bit on every device. */
#ifndef ISOVQ_ISOVQ_H
#define ISOVQ_ISOVQ_H

#include "isovq/catalog.h"
#include "isovq/error.h"
#include "isovq/image.h"
#include "isovq/meter.h"
#include "isovq/setting.h"
#include "isovq/version.h"
#include "isovq/work.h"

#endif
