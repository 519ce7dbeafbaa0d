// Purpose: the emoji people react with, each with the name that is read aloud.
export const QUICK = [["👍", "Thumbs up"], ["✅", "Done"], ["👀", "Looking"], ["🙏", "Thanks"], ["🎉", "Party"], ["❌", "No"]];
export const EMOJI = [
  ...QUICK, ["👎", "Thumbs down"], ["👏", "Clapping"], ["🙌", "Hands up"], ["💪", "Strong"], ["👋", "Waving"], ["🤝", "Handshake"],
  ["😀", "Smile"], ["😂", "Laughing"], ["😅", "Relieved"], ["😢", "Crying"], ["😱", "Shocked"], ["🤔", "Thinking"], ["😴", "Asleep"], ["🫡", "Salute"],
  ["❤️", "Heart"], ["💔", "Broken heart"], ["⭐", "Star"], ["🔥", "Fire"], ["🚀", "Rocket"], ["🚨", "Alarm"], ["⚠️", "Warning"], ["🛑", "Stop"],
  ["⏳", "Waiting"], ["🔧", "Repairing"], ["🐛", "Bug"], ["📈", "Rising"], ["📉", "Falling"], ["☕", "Coffee"], ["1️⃣", "One"], ["2️⃣", "Two"],
];
