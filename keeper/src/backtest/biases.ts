/** What is wrong with the market data of a CSV folder, in words; printed wherever a figure made from it is. */
export const DATA_BIASES: readonly string[] = [
  "Survivorship: until September 2022 the prices include coins that later died. After that, daily prices exist mostly for pairs that were still listed in June 2025, so that having a price at all says something about the future. Members are chosen from listings as they were published, not from who has prices; what was listed and had no price is counted below.",
  "Sources that stop: a series may end because a copied file ends, not because a coin died. From then on the token is frozen and marked at the price of the monthly listings; what no listing knows either counts as nothing at the end.",
  "Splices: one series may come from several sources one after the other. The close moves by 0.1 to 0.2% where they meet, and high and low change their meaning.",
  "Volume is counted in three ways (all exchanges, one exchange's main pair, one other exchange) that cannot be compared, and a quarter or more of the days have none.",
  "Supply is the data provider's own figure of what circulates, as published later; it may have been corrected after the fact.",
  "Chain figures and sentiment end early: most assets have none after mid 2020, and most labelled headlines are of 2021.",
  "Prices are closes of a day. What happens within a day is a straight line between two closes; fills are simulated, gas and the vault's fees are not charged.",
  "Designers know how these years went. Thresholds that look round were still chosen by people who had seen them; only data that nobody here has seen can tell.",
];
