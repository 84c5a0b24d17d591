/* What the shared library shows of itself: functions marked IVQ_API, nothing else. Their versions are in
   src/api/libisovq.map. */
#ifndef ISOVQ_EXPORT_H
#define ISOVQ_EXPORT_H

#if defined(__GNUC__)
#define IVQ_API __attribute__((visibility("default")))
#else
#define IVQ_API
#endif

#endif
