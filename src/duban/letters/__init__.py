"""Official letters (文书) about what is owed: 催办单, 督办通知书, 通报, 约谈通知, numbered and kept with the obligations."""
