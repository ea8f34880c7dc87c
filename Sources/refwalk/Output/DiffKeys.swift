import CycleMarks

// The keys of `diff --format json` and the columns of its tables.
extension DiffReport.Key: DocumentedKey {}
extension DiffReport.DumpKey: DocumentedKey {}
extension DiffReport.PolicyKey: DocumentedKey {}
extension DiffReport.RowKey: DocumentedKey {}
extension DiffReport.AmountKey: DocumentedKey {}
extension DiffReport.GrowthKey: DocumentedKey {}
extension DiffReport.SameKey: DocumentedKey {}
extension DiffReport.Column: DocumentedKey {}
